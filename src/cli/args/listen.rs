//! Options of `listen`.

use super::network::seconds;
use crate::listen::Upstream;
use clap::Args;
use std::path::PathBuf;

/// How the listener listens.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// Case file whose device and mail settings the diagnosis at the end is for
    pub case: Option<PathBuf>,
    /// This computer's address to listen on; may be repeated; 0.0.0.0 for all
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub address: Vec<std::net::IpAddr>,
    /// Port with plain text and STARTTLS; may be repeated
    #[arg(long, value_name = "N", default_value = "2525")]
    pub port: Vec<u16>,
    /// Port with TLS from the first byte; may be repeated
    #[arg(long, value_name = "N")]
    pub tls_port: Vec<u16>,
    /// Which mail server to play: accept-all, like-microsoft-365, canon-off, canon-on, canon-ssl
    #[arg(long, value_name = "ID", default_value = "accept-all")]
    pub persona: String,
    /// Play nothing: pass everything on to the real server unchanged, and only watch
    #[arg(long, value_name = "HOST:PORT", conflicts_with_all = ["persona", "certificate", "messages"])]
    pub tap: Option<Upstream>,
    /// Name in the greeting and in the self-made certificate
    #[arg(long, value_name = "NAME", default_value = "scanmedic.invalid")]
    pub host: String,
    /// Certificate chain to show instead of one made on the spot, a PEM file
    #[arg(long, value_name = "FILE", requires = "key")]
    pub certificate: Option<PathBuf>,
    /// Its key, a PEM file
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// Keep what was seen: write this case file, and beside it the record that it names
    #[arg(long, value_name = "CASE")]
    pub save: Option<PathBuf>,
    /// Keep the messages themselves in this folder; nothing of their content is kept where it is not given
    #[arg(long, value_name = "DIR")]
    pub messages: Option<PathBuf>,
    /// End after the first whole dialogue
    #[arg(long)]
    pub once: bool,
    /// End after so many seconds; until interrupted where not given
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub seconds: Option<f64>,
}
