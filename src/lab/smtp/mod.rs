//! The simulated mail server: a pure dialogue, and the connection that carries it.

pub mod connection;
pub mod dialogue;
mod login;
pub mod old_tls;
pub mod rules;
mod wire;
