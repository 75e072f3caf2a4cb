#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| scanmedic::fuzzing::device_objects(data));
