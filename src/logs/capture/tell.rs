//! What a recorded connection proves, as evidence.

use super::conversation::End;
use super::flow::Stalled;
use super::streams::Stream;
use crate::evidence::{
    Actor, Basis, CertificateFacts, CertificateProblem, Client, ConnectFailure, Evidence, Fact, Loss, Stage,
    TlsFailure,
};
use crate::gate::Gate;
use crate::logs::collect::Collector;
use crate::wire::tls::TlsVersion;
use jiff::Timestamp;

/// Seconds from which on a greeting is late.
const LATE: i64 = 10;

/// Tells what a finished connection showed. Only connections of mail are evidence.
pub fn stream(stream: &Stream, out: &mut Collector) {
    if stream.is_mail() {
        out.speaks_of(Some(Client::at(stream.label.client.ip())));
        of_mail(stream, out);
        out.speaks_of(None);
    }
}

fn of_mail(stream: &Stream, out: &mut Collector) {
    let mut teller = Teller {
        source: out.stream_source(stream.label.stream),
        who: format!("{} → {}", stream.label.client.ip(), stream.label.server),
        at: stream.times[0],
        out,
    };
    if !teller.connection(stream) {
        return;
    }
    // What is said across a mix-up of plain and encrypted is no passage of any gate.
    if teller.mixed_up(stream) {
        return;
    }
    teller.dialogue(stream);
    teller.tls(stream);
    teller.late(stream);
    if !teller.stalled(stream) {
        teller.ending(stream);
    }
}

struct Teller<'a> {
    source: String,
    who: String,
    at: Option<i64>,
    out: &'a mut Collector,
}

impl Teller<'_> {
    fn say(&mut self, gate: Gate, fact: Fact, summary: &str) {
        self.say_at(gate, fact, summary, self.at);
    }

    fn say_at(&mut self, gate: Gate, fact: Fact, summary: &str, micros: Option<i64>) {
        self.say_resting_on(Basis::Observed, gate, fact, summary, micros);
    }

    fn say_resting_on(&mut self, basis: Basis, gate: Gate, fact: Fact, summary: &str, micros: Option<i64>) {
        let mut evidence = Evidence::observed(
            gate,
            Actor::Device,
            &self.source,
            fact,
            format!("{}: {summary}", self.who),
        );
        evidence.basis = basis;
        evidence.at = micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
        self.out.push(evidence);
    }

    /// Whether the connection came about.
    fn connection(&mut self, stream: &Stream) -> bool {
        let port = stream.label.server.port();
        if stream.answered {
            if stream.syn {
                let endpoint = stream.label.server;
                self.say(
                    Gate::Connect,
                    Fact::Connected { endpoint },
                    "the connection stands",
                );
            }
            return true;
        }
        if !stream.syn {
            // Only one direction was recorded: nothing is known of the other one's answers.
            return stream.talk.bytes(End::Client) > 0;
        }
        if stream.talk.bytes(End::Client) > 0 {
            return true;
        }
        let (failure, words) = match stream.ended {
            Some((End::Server, true)) => (ConnectFailure::Refused, "the connection was refused (RST)"),
            _ => (ConnectFailure::TimedOut, "no answer to the connection request"),
        };
        self.say(Gate::Connect, Fact::ConnectFailed { port, failure }, words);
        false
    }

    fn dialogue(&mut self, stream: &Stream) {
        let smtp = &stream.talk.smtp;
        for exchange in &smtp.exchanges {
            let (stage, reply) = (exchange.stage, exchange.reply.clone());
            let words = format!("at {} the server answered {reply}", stage.title());
            if !reply.is_positive() {
                // The words that are missing may be those that decide.
                let (words, basis) = if exchange.cut {
                    (
                        format!("{words} (cut off by the recording)"),
                        Basis::KnownInferred,
                    )
                } else {
                    (words, Basis::Observed)
                };
                let fact = Fact::Refused { stage, reply };
                self.say_resting_on(basis, stage.gate(), fact, &words, exchange.mark);
                continue;
            }
            if stage == Stage::Later {
                continue;
            }
            if stage == Stage::Ehlo {
                let keywords: Vec<String> = reply.lines.iter().skip(1).cloned().collect();
                let public_address = reply.lines.first().and_then(|line| echoed_address(line));
                let fact = Fact::Extensions {
                    keywords,
                    encrypted: false,
                    public_address,
                };
                self.say_at(
                    Gate::Greet,
                    fact,
                    "the server listed its extensions",
                    exchange.mark,
                );
            }
            self.say_at(
                stage.gate(),
                Fact::Accepted { stage, reply },
                &words,
                exchange.mark,
            );
        }
    }

    /// Tells where one end spoke TLS from the first byte and the other plain text.
    fn mixed_up(&mut self, stream: &Stream) -> bool {
        let tls = &stream.talk.tls;
        let (client_plain, server_plain) = (stream.talk.plain[0], stream.talk.plain[1]);
        let (implicit_tls, words) = match tls.offered {
            Some(_) if server_plain > 0 && client_plain == 0 && !tls.spoken_by(End::Server) => {
                (false, "the client spoke TLS at once, the server plain SMTP")
            }
            None if client_plain > 0 && server_plain == 0 && tls.spoken_by(End::Server) => {
                (true, "the client spoke plain SMTP, the server TLS")
            }
            _ => return false,
        };
        if let Some(max) = tls.offered {
            let offer = format!("the client's hello offers {max} at most");
            self.say(Gate::Encrypt, Fact::DeviceTlsLimit { max }, &offer);
        }
        self.say(Gate::Greet, Fact::WrongPortType { implicit_tls }, words);
        true
    }

    fn tls(&mut self, stream: &Stream) {
        let tls = &stream.talk.tls;
        if let Some(max) = tls.offered {
            let words = format!("the client's hello offers {max} at most");
            self.say(Gate::Encrypt, Fact::DeviceTlsLimit { max }, &words);
        }
        // Where the handshake came to its end, the suites are no question.
        if !tls.suites.is_empty() && !tls.stands() {
            let suites = tls.suites.clone();
            let words = format!("the client's hello offers {} cipher suites", suites.len());
            self.say(Gate::Encrypt, Fact::DeviceSuites { suites }, &words);
        }
        if let Some(der) = &tls.certificate {
            self.certificate(der);
        }
        for (from, fatal, name) in &tls.alerts {
            if !fatal || tls.stands() {
                continue;
            }
            match from {
                End::Client => {
                    let fact = Fact::DeviceAlert { alert: name.clone() };
                    self.say(
                        Gate::Encrypt,
                        fact,
                        &format!("the client sent the TLS alert {name}"),
                    );
                }
                End::Server => {
                    let failure = TlsFailure::Alert(name.clone());
                    let words = format!("the server answered with the TLS alert {name}");
                    self.say(Gate::Encrypt, Fact::TlsFailed { failure }, &words);
                }
            }
        }
        if let (Some(offered), Some((max, _))) = (tls.offered, &tls.chosen)
            && *max < TlsVersion::Tls12.min(offered)
            && !tls.stands()
        {
            let words = format!("the server chose {max} of a hello that offers {offered}");
            self.say(Gate::Encrypt, Fact::ServerTlsLimit { max: *max }, &words);
        }
        if tls.stands() {
            if let Some((version, suite)) = &tls.chosen {
                let fact = Fact::TlsEstablished {
                    version: *version,
                    suite: suite.clone(),
                };
                self.say(Gate::Encrypt, fact, &format!("{version} with {suite} was agreed"));
            }
        } else if tls.offered.is_some() && !tls.alerts.iter().any(|(_, fatal, _)| *fatal) {
            let how = match stream.ended {
                Some((_, true)) => Loss::Reset,
                Some((_, false)) => Loss::Closed,
                None => Loss::TimedOut,
            };
            // A recording that ends in the middle proves nothing, unless the server never answered.
            if stream.ended.is_some() || tls.chosen.is_none() {
                let failure = TlsFailure::BrokenOff(how);
                self.say(
                    Gate::Encrypt,
                    Fact::TlsFailed { failure },
                    "the TLS handshake broke off",
                );
            }
        }
    }

    fn certificate(&mut self, der: &[u8]) {
        let Some(mut facts) = crate::logs::certificate::facts(der) else {
            return;
        };
        if let Some(now) = self
            .at
            .and_then(|micros| Timestamp::from_microsecond(micros).ok())
        {
            judge(&mut facts, now);
        }
        let words = format!("the server's certificate is for {}", facts.subject);
        for problem in &facts.problems {
            let detail = match problem {
                CertificateProblem::Expired => "expired at the time of the recording",
                _ => "not yet valid at the time of the recording",
            };
            let fact = Fact::CertificateProblem {
                problem: *problem,
                detail: detail.into(),
            };
            self.say(
                Gate::Certificate,
                fact,
                &format!("the server's certificate was {detail}"),
            );
        }
        self.say(Gate::Certificate, Fact::Certificate(facts), &words);
    }

    /// A greeting that came late.
    fn late(&mut self, stream: &Stream) {
        let greeting = stream
            .talk
            .smtp
            .exchanges
            .iter()
            .find(|exchange| exchange.stage == Stage::Greeting);
        let waited = greeting
            .and_then(|exchange| exchange.mark)
            .zip(self.at.filter(|_| stream.syn))
            .map_or(0, |(greeted, began)| greeted.saturating_sub(began) / 1_000_000);
        if waited >= LATE {
            let seconds = waited.unsigned_abs();
            let stage = Stage::Greeting;
            let words = format!("the server took {seconds} seconds to greet");
            self.say(Gate::Greet, Fact::LateReply { stage, seconds }, &words);
        }
    }

    /// Whether data of one end did not arrive at the other, which the connection did not outlive.
    fn stalled(&mut self, stream: &Stream) -> bool {
        let by_client = stream.stalled(End::Client);
        let Some(stalled) = by_client.or_else(|| stream.stalled(End::Server)) else {
            return false;
        };
        let (sender, taker) = if by_client.is_some() {
            ("client", "server")
        } else {
            ("server", "client")
        };
        match stalled {
            Stalled::Unacknowledged { times, bytes } => {
                let words = format!(
                    "the {sender} sends the same data {times} times again (segments of up to {bytes} bytes), and the {taker} \
                     never acknowledges it"
                );
                let by_device = by_client.is_some();
                let fact = Fact::Unacknowledged {
                    by_device,
                    times,
                    bytes,
                };
                self.say(Gate::Connect, fact, &words);
            }
            Stalled::WindowClosed { seconds } => {
                let seconds = seconds.unsigned_abs();
                let words = format!(
                    "the {taker} takes no more data: its TCP window stays closed for {seconds} seconds"
                );
                let by_device = by_client.is_none();
                self.say(Gate::Connect, Fact::WindowClosed { by_device, seconds }, &words);
            }
        }
        let smtp = &stream.talk.smtp;
        // A handshake that did not come to its end is told as such.
        if stream.talk.tls.offered.is_some() && !stream.talk.tls.stands() {
            return true;
        }
        let stage = match smtp.unanswered() {
            _ if stream.talk.tls.stands() || smtp.in_message() => Stage::EndOfData,
            Some(stage) => stage,
            None => smtp.last_step,
        };
        let how = Loss::TimedOut;
        self.say(
            stage.gate(),
            Fact::ConnectionLost { stage, how },
            "the connection did not outlive it",
        );
        true
    }

    /// How the connection ended, where that is a fault of its own.
    fn ending(&mut self, stream: &Stream) {
        let smtp = &stream.talk.smtp;
        let tls = &stream.talk.tls;
        let refused = smtp
            .exchanges
            .iter()
            .any(|exchange| !exchange.reply.is_positive());
        let delivered = smtp
            .answer(Stage::EndOfData)
            .is_some_and(crate::wire::reply::Reply::is_positive);
        if refused
            || delivered
            || tls.offered.is_some()
            || tls.spoken_by(End::Server)
            || stream.from_server == 0
            || stream.from_client == 0
            || stream.talk.lossy
        {
            return;
        }
        let stage = smtp.unanswered().unwrap_or(smtp.last_step);
        let quit = smtp.commands.contains_key("QUIT");
        let greeted = !smtp.replies.is_empty();
        let silent = stream.talk.bytes(End::Server) == 0;
        match stream.ended {
            Some((end, _))
                if !greeted && (end == End::Client || silent && stream.talk.bytes(End::Client) > 0) =>
            {
                let fact = Fact::ConnectionLost {
                    stage: Stage::Greeting,
                    how: Loss::TimedOut,
                };
                self.say(Gate::Connect, fact, "the server accepted and never spoke");
            }
            Some((end, reset)) if !quit && end == End::Server => {
                let how = if reset { Loss::Reset } else { Loss::Closed };
                let words = format!("the server ended the connection at {}", stage.title());
                self.say(Gate::Connect, Fact::ConnectionLost { stage, how }, &words);
            }
            Some(_) if greeted => self.gave_up(stream),
            _ if quit => self.gave_up(stream),
            _ => {}
        }
    }

    fn gave_up(&mut self, stream: &Stream) {
        let smtp = &stream.talk.smtp;
        let lists = |word: &str| {
            smtp.answer(Stage::Ehlo).is_some_and(|reply| {
                reply
                    .lines
                    .iter()
                    .skip(1)
                    .any(|line| line.to_ascii_uppercase().starts_with(word))
            })
        };
        let stage = smtp.last_step;
        if stage == Stage::Ehlo && smtp.answer(Stage::Ehlo).is_some() && !lists("STARTTLS") {
            self.say(
                Gate::Encrypt,
                Fact::StartTlsNotOffered,
                "the server does not list STARTTLS, and the client stopped there",
            );
            return;
        }
        let words = format!(
            "the client ended the dialogue at {} though every reply was positive",
            stage.title()
        );
        self.say(Gate::Device, Fact::DeviceGaveUp { stage }, &words);
    }
}

/// The client's address that a server repeats in brackets behind its own name.
fn echoed_address(line: &str) -> Option<std::net::IpAddr> {
    let inside = line.split_once('[')?.1.split_once(']')?.0;
    inside.trim_start_matches("IPv6:").parse().ok()
}

/// Judges the dates as they stood when the recording was made.
fn judge(facts: &mut CertificateFacts, now: Timestamp) {
    if facts.not_after.is_some_and(|end| end < now) {
        facts.problems.push(CertificateProblem::Expired);
    }
    if facts.not_before.is_some_and(|start| start > now) {
        facts.problems.push(CertificateProblem::NotYetValid);
    }
}
