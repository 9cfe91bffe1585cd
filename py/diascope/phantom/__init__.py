"""Made-up patients: deterministic DICOM files for demonstrations, tests and benchmarks."""
