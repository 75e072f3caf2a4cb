//! The name servers set on the device, asked for the mail server's name as the device would ask them.

use super::Status;
use super::context::{Context, NameFault};
use super::desk::{Desk, Notes};
use super::target::Target;
use crate::evidence::{Actor, Fact};
use crate::gate::Gate;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::task::JoinSet;

/// Most servers that a device has and that are asked.
const MAX_SERVERS: usize = 4;
/// The port of name servers (RFC 1035, section 4.2.1).
const PORT: u16 = 53;
/// Devices give up early too, and the run must not wait for a server that is gone.
const LIMIT: Duration = Duration::from_secs(3);

/// Ends the look-up of the server's name, which this computer managed, with what the device's own servers say.
pub(super) async fn finish(
    context: &Context,
    desk: &Desk,
    target: &Target,
    servers: &[IpAddr],
    found: &str,
    mut notes: Notes,
) {
    let name = target.host.trim_end_matches('.');
    let literal = name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let limit = context.timeout.min(LIMIT);
    let mut asked = JoinSet::new();
    for (place, &server) in servers
        .iter()
        .take(if literal { 0 } else { MAX_SERVERS })
        .enumerate()
    {
        let (context, name) = (context.clone(), name.to_owned());
        asked.spawn(async move {
            let at = SocketAddr::new(server, PORT);
            (place, server, context.look_up_at(at, &name, limit).await)
        });
    }
    let mut answers = asked.join_all().await;
    answers.sort_by_key(|(place, _, _)| *place);
    let answers: Vec<Answer> = answers
        .into_iter()
        .map(|(_, server, answer)| (server, answer))
        .collect();
    let (status, summary) = match note(&mut notes, name, &answers) {
        Some(text) => (Status::Failed, text),
        None => (Status::Passed, found.to_owned()),
    };
    desk.finish(notes, status, summary).await;
}

/// What a server answered.
type Answer = (IpAddr, Result<Vec<IpAddr>, NameFault>);

/// Writes down how the device fares: it asks the next server only where one does not answer at all; a denial
/// is believed (RFC 1034, section 5.3.3). Gives the failure in words.
fn note(notes: &mut Notes, name: &str, answers: &[Answer]) -> Option<String> {
    let mut silent: Vec<(IpAddr, String)> = Vec::new();
    for (server, answer) in answers {
        match answer {
            Ok(addresses) => {
                let words: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                let fact = Fact::Resolved {
                    name: name.to_owned(),
                    addresses: addresses.clone(),
                };
                let text = format!(
                    "The device's name server {server} finds {name}: {}",
                    words.join(", ")
                );
                notes.add_of(Actor::Device, Gate::Resolve, fact, text);
                for (server, detail) in silent {
                    notes.note(
                        Gate::Resolve,
                        format!("The device's name server {server} fails ({detail}); the device goes on to its next"),
                    );
                }
                return None;
            }
            Err(NameFault::Unreachable(detail)) => silent.push((*server, detail.clone())),
            Err(fault @ NameFault::NotFound) => {
                silent.push((*server, fault.to_string()));
                break;
            }
        }
    }
    let mut first = None;
    for (server, detail) in silent {
        let text = format!("The device's name server {server} does not find {name}: {detail}");
        let fact = Fact::DeviceDnsFails { server, detail };
        notes.add_of(Actor::Device, Gate::Resolve, fact, text.clone());
        first.get_or_insert(text);
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use tokio::sync::mpsc;

    const SILENT: &str = "no answer within the time limit";

    /// The kinds of fact that the answers of the device's servers come to.
    async fn kinds(answers: &[Answer]) -> Vec<String> {
        let (updates, _receiver) = mpsc::channel(8);
        let desk = Desk::new(updates, vec![super::super::ProbeId::Resolve], Timestamp::now);
        let mut notes = desk.start(super::super::ProbeId::Resolve).await;
        note(&mut notes, "mx.example.test", answers);
        desk.finish(notes, Status::Passed, "").await;
        let evidence = desk.close().remove(0).evidence;
        assert!(evidence.iter().all(|item| item.gate == Gate::Resolve));
        evidence.iter().map(|item| item.fact.kind()).collect()
    }

    fn at(last: u8, answer: Result<&str, NameFault>) -> Answer {
        let server = IpAddr::from([192, 0, 2, last]);
        (server, answer.map(|address| vec![address.parse().unwrap()]))
    }

    #[tokio::test]
    async fn a_silent_first_server_is_saved_by_the_second_and_a_denial_is_not() {
        let silent = at(1, Err(NameFault::Unreachable(SILENT.into())));
        let denies = at(1, Err(NameFault::NotFound));
        let finds = at(2, Ok("203.0.113.25"));
        assert_eq!(
            kinds(&[silent.clone(), finds.clone()]).await,
            ["resolved", "note"]
        );
        assert_eq!(kinds(&[denies, finds]).await, ["device-dns-fails"]);
        assert_eq!(kinds(&[silent.clone(), silent]).await, ["device-dns-fails"; 2]);
        assert!(kinds(&[]).await.is_empty());
    }
}
