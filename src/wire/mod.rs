//! Protocol pieces that both ends use: SMTP replies, transcripts, TLS records and hellos.

pub mod failure;
pub mod reply;
pub mod smtp;
pub mod tls;
pub mod token;
pub mod transcript;
