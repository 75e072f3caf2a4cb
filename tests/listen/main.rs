//! `scanmedic listen` as a copier meets it: the real program, one scripted client after the other.

mod devices;
mod options;
mod rude;
mod support;
mod tap;
