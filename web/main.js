// The composition root: words first, then the elements, then the page.

import { App } from "./app.js";
import { loadWords } from "./i18n.js";
import { DecodeProgress } from "./elements/decode-progress.js";
import { DicomViewport } from "./elements/dicom-viewport.js";
import { EngineProgress } from "./elements/engine-progress.js";
import { HelpDialog } from "./elements/help-dialog.js";
import { PositionSlider } from "./elements/position-slider.js";
import { SeriesStrip } from "./elements/series-strip.js";
import { SignIn } from "./elements/sign-in.js";
import { StatusBanner } from "./elements/status-banner.js";
import { StudyList } from "./elements/study-list.js";
import { StudyViewer } from "./elements/study-viewer.js";
import { ViewerToolbar } from "./elements/viewer-toolbar.js";

const ELEMENTS = {
  "decode-progress": DecodeProgress, "engine-progress": EngineProgress, "help-dialog": HelpDialog, "position-slider": PositionSlider,
  "series-strip": SeriesStrip, "status-banner": StatusBanner, "viewer-toolbar": ViewerToolbar, "dicom-viewport": DicomViewport,
  "study-viewer": StudyViewer, "study-list": StudyList, "sign-in": SignIn,
};

await loadWords(navigator.languages);
for (const [name, element] of Object.entries(ELEMENTS)) {
  customElements.define(name, element);
}
await new App().start();
