// The engine worker: starts the runtime and answers the page. Its own response headers give it wasm
// and the runtime's files, and nothing else (docs/wire.md, section 9; security: boot.js, harden.js).

import { boot } from "./boot.js";
import { serve } from "./serve.js";

serve(self, boot);
