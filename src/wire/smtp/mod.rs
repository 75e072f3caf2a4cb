//! The client's side of an SMTP dialogue (RFC 5321), over any stream.
//!
//! What decides is pure ([`ehlo`], [`auth`], [`command`], [`body`]); what awaits is [`dialogue`].

pub mod auth;
pub mod body;
pub mod command;
pub mod dialogue;
pub mod ehlo;

pub use dialogue::{Dialogue, Fault, hide, may_begin_a_reply};
