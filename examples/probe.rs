//! Tries the probes by hand.
#![allow(
    clippy::all,
    clippy::pedantic,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]
use scanmedic::case::{Auth, Case, Encryption, Method};
use scanmedic::probe::*;
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let mut case = Case::default();
    let (host, port) = args[1].rsplit_once(':').unwrap();
    case.mail.server = host.into();
    case.mail.port = port.parse().unwrap();
    case.mail.from = "scan@example.test".into();
    case.mail.to = vec!["it@example.test".into()];
    case.mail.method = Method::Relay;
    case.mail.encryption = Encryption::StartTls;
    let mut request = Request::new(case);
    for a in &args[2..] {
        let (k, v) = a.split_once('=').unwrap_or((a, ""));
        match k {
            "none" => request.case.mail.encryption = Encryption::None,
            "avail" => request.case.mail.encryption = Encryption::StartTlsIfAvailable,
            "tls" => request.case.mail.encryption = Encryption::Tls,
            "starttls" => {}
            "user" => {
                request.case.mail.auth = Auth::Password { user: v.into() };
                request.case.mail.method = Method::Submission;
            }
            "pass" => request.secret = Some(scanmedic::secret::Secret::new(v)),
            "timeout" => request.timeout = std::time::Duration::from_millis(v.parse().unwrap()),
            "message" => request.send = SendMode::Message,
            "size" => request.case.mail.size = Some(v.parse().unwrap()),
            "device" => request.device_tls = scanmedic::wire::tls::TlsVersion::parse(v),
            "ca" => request.ca = Some(v.into()),
            "receive" => request.case.mail.method = Method::Receive,
            "only" => request.only = v.split(',').flat_map(ProbeId::named).collect(),
            "skip" => request.skip = v.split(',').flat_map(ProbeId::named).collect(),
            "scan" => {
                let ctx = context::Context::new(&request, Arc::default(), Default::default());
                let scan = tls_scan::scan_versions(host, port.parse().unwrap(), v == "starttls", &ctx).await;
                println!("{}", serde_json::to_string_pretty(&scan).unwrap());
                return;
            }
            _ => panic!("{k}"),
        }
    }
    let (tx, mut rx) = tokio::sync::mpsc::channel(64);
    let t = std::time::Instant::now();
    let run = tokio::spawn(plan::run(request, Arc::default(), tx, Default::default()));
    while let Some(u) = rx.recv().await {
        match u {
            Update::Finished(o) => {
                println!(
                    "{:>6.1} {:?} {:?} {:?} {}",
                    t.elapsed().as_secs_f64() * 1e3,
                    o.probe,
                    o.status,
                    o.elapsed,
                    o.summary
                );
                for e in &o.evidence {
                    println!(
                        "          {} {:?} {} | {}",
                        e.fact.kind(),
                        e.actor,
                        e.gate,
                        e.summary
                    );
                }
                for l in &o.transcript {
                    println!("    {l}");
                }
            }
            other => println!("{:>6.1} {other:?}", t.elapsed().as_secs_f64() * 1e3),
        }
    }
    run.await.unwrap();
    println!("{:?}", t.elapsed());
}
