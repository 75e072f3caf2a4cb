//! A scenario being played: its servers stand, and a probe request leads to them.

use super::behaviour::{Certificate, Handshake, Server};
use super::scenario::{Device, Listen, Lookup, RunOptions, Scenario, Service};
use super::smtp::connection::Endpoint;
use super::tasks::Tasks;
use super::{HOST, LabError, Library, capture, device, dns, door, pki, web};
use crate::probe::sign_in::SignIn;
use crate::probe::{ProbeId, Request, ResolveOverride};
use crate::secret::Secret;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

/// A scenario being played. Dropping it ends it.
#[derive(Debug)]
pub struct World {
    /// What is played.
    pub scenario: Scenario,
    /// What to ask of the probes to meet this world.
    pub request: Request,
    /// The case as a file, in the world's folder.
    pub case_file: PathBuf,
    /// Where the services stand.
    pub doors: Vec<Door>,
    folder: TempDir,
    tasks: Tasks,
}

/// Where a service stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Door {
    /// Name as in real life.
    pub name: String,
    /// Port as in real life.
    pub port: u16,
    /// Address and port on this computer.
    pub address: SocketAddr,
    /// What TCP does there.
    pub listen: Listen,
}

impl World {
    /// Starts everything that the scenario needs.
    pub async fn start(scenario: &Scenario) -> Result<Self, LabError> {
        let library = Library::embedded()?;
        let folder = tempfile::Builder::new()
            .prefix("scanmedic-lab-")
            .tempdir()
            .map_err(|error| LabError::Write(error.to_string()))?;
        let tasks = Tasks::default();
        let authority = pki::Authority::new("ScanMedic Lab CA")?;
        let ca = folder.path().join("lab-ca.pem");
        write(&ca, authority.pem().as_bytes())?;

        let mut doors = Vec::new();
        for service in &scenario.services {
            let address = raise(scenario, service, &library, &authority, &tasks).await?;
            doors.extend(service.names.iter().map(|name| Door {
                name: name.to_ascii_lowercase(),
                port: service.port,
                address,
                listen: service.listen,
            }));
        }
        let mut names: Vec<_> = unique_names(&doors);
        let mut web = Vec::new();
        for host in &scenario.web {
            let certificate = host.certificate.clone().unwrap_or(Certificate::Valid);
            let tls = authority.server(&host.names, &certificate, &["1.2".to_owned(), "1.3".to_owned()])?;
            let address = web::open(HOST, &host.pages, tls, &tasks).await?;
            for name in &host.names {
                web.push(leading(&name.to_ascii_lowercase(), host.port, address));
                names.push((name.to_ascii_lowercase(), address.ip()));
            }
        }
        let zone = dns::Zone::new(&scenario.dns, &names)?;
        let dns = dns::start(zone, HOST, &tasks).await?;
        let closed = door::closed(HOST, &tasks)?;

        let mut request = Request::new(scenario.case.clone());
        request.secret = scenario.password.clone().map(Secret::new);
        request.send = scenario.send.mode();
        request.only = probes(scenario, &scenario.options.only)?;
        request.skip = probes(scenario, &scenario.options.skip)?;
        request.timeout = step_limit(&scenario.options);
        request.dns = Some(dns);
        request.ca = Some(ca);
        request.helo.clone_from(&scenario.options.helo);
        lead(&mut request, scenario.options.lookup, &doors, closed);
        request.resolve.extend(web);
        let others = scenario.dns.also.iter();
        let others = others.map(|name| leading(&name.to_ascii_lowercase(), DNS_PORT, dns));
        request.resolve.extend(others);
        request.sign_in = scenario.options.sign_in.as_ref().map(|at| SignIn {
            device_endpoint: at.device_endpoint.clone(),
            token_endpoint: at.token_endpoint.clone(),
            client_id: at.client_id.clone(),
            scope: at.scope.clone(),
        });
        if let Some(device) = &scenario.device {
            request.case.device.address = Some(HOST.to_string());
            request.device = device::raise(device, closed, &tasks).await?;
        }
        for file in &scenario.files {
            let path = folder.path().join(&file.name);
            if file.capture.is_empty() {
                write(&path, file.text.as_bytes())?;
            } else {
                write(&path, &capture::file(&file.capture)?)?;
            }
            request.case.files.push(PathBuf::from(&file.name));
        }
        let case_file = folder.path().join(format!("{}.case.ron", scenario.id));
        write(&case_file, request.case.to_ron().as_bytes())?;
        Ok(Self {
            scenario: scenario.clone(),
            request,
            case_file,
            doors,
            folder,
            tasks,
        })
    }

    /// The folder with the case, the evidence files and the authority's certificate.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether only files are to be read.
    pub const fn offline(&self) -> bool {
        self.scenario.options.offline
    }

    /// The command line that diagnoses this world from another window.
    pub fn command_line(&self) -> String {
        let request = &self.request;
        let mut words = Vec::new();
        if let Some(password) = &self.scenario.password {
            words.push(variable("SCANMEDIC_PASSWORD", password));
        }
        let asker = self.scenario.device.as_ref().and_then(Device::asker);
        if let Some(asker) = asker {
            words.push(variable("SCANMEDIC_SNMP_AUTH_PASSWORD", &asker.signing.1));
            words.push(variable("SCANMEDIC_SNMP_PRIV_PASSWORD", &asker.privacy.1));
        }
        words.push("scanmedic diagnose".to_owned());
        words.push(quoted(&self.case_file.display().to_string()));
        for lead in &request.resolve {
            let port = lead.to_port.map(|port| format!(":{port}")).unwrap_or_default();
            words.push(format!(
                "--resolve {}:{}:{}{port}",
                lead.host, lead.port, lead.address
            ));
        }
        if let Some(dns) = request.dns {
            words.push(format!("--dns {dns}"));
        }
        if let Some(ca) = &request.ca {
            words.push(format!("--ca {}", quoted(&ca.display().to_string())));
        }
        if let Some(at) = &request.sign_in {
            words.push(format!("--device-code --client-id {}", quoted(&at.client_id)));
            words.push(format!("--device-endpoint {}", quoted(&at.device_endpoint)));
            words.push(format!("--token-endpoint {}", quoted(&at.token_endpoint)));
            words.push(format!("--scope {}", quoted(&at.scope)));
        }
        words.push(format!("--send {}", self.scenario.send.id()));
        words.push(format!("--timeout {}", request.timeout.as_secs_f64()));
        for (flag, list) in [
            ("--only", &self.scenario.options.only),
            ("--skip", &self.scenario.options.skip),
        ] {
            if !list.is_empty() {
                words.push(format!("{flag} {}", list.join(",")));
            }
        }
        if self.scenario.device.is_some() {
            let ports = &request.device;
            words.push(format!("--snmp-port {} --ipp-port {}", ports.snmp, ports.ipp));
            words.push(format!("--community {}", quoted(&ports.community)));
            words.extend(asker.map(|asker| {
                format!(
                    "--snmp-user {} --snmp-auth {} --snmp-privacy {}",
                    quoted(&asker.name),
                    asker.signing.0.word(),
                    asker.privacy.0.word()
                )
            }));
            words.extend(ports.http.map(|port| format!("--http-port {port}")));
        }
        if self.offline() {
            words.push("--offline".to_owned());
        }
        words.join(" ")
    }

    /// Ends all servers and waits until they are gone.
    pub async fn stop(self) {
        self.tasks.end().await;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.tasks.cancel();
    }
}

/// Puts one service up.
async fn raise(
    scenario: &Scenario,
    service: &Service,
    library: &Library,
    authority: &pki::Authority,
    tasks: &Tasks,
) -> Result<SocketAddr, LabError> {
    match service.listen {
        Listen::Refused => return door::closed(HOST, tasks),
        Listen::Dropped => return door::dropped(HOST, tasks).await,
        Listen::Answer => {}
    }
    let base = match &service.like {
        Some(like) => Some(library.services.get(like).ok_or_else(|| LabError::NoService {
            scenario: scenario.id.clone(),
            like: like.clone(),
        })?),
        None => None,
    };
    let host = service.names.first().map_or("lab", String::as_str);
    let server = Server::build(host, base, &service.smtp);
    let tls = match &server.handshake {
        Handshake::Modern(versions) => {
            Some(authority.server(&service.names, &server.certificate, versions)?)
        }
        _ => None,
    };
    door::open(HOST, Endpoint { server, tls }, tasks).await
}

/// Makes names and ports of real life lead to the lab. A mail port without a service is closed there.
fn lead(request: &mut Request, lookup: Lookup, doors: &[Door], closed: SocketAddr) {
    let mut leads = Vec::new();
    let server = request.case.mail.server.to_ascii_lowercase();
    for (name, _) in unique_names(doors) {
        for port in MAIL_PORTS {
            if !doors.iter().any(|door| door.name == name && door.port == port) {
                leads.push(leading(&name, port, closed));
            }
        }
    }
    for door in doors {
        let wanted = door.name == server && door.port == request.case.mail.port;
        if wanted && lookup == Lookup::Dns {
            request.case.mail.port = door.address.port();
        } else {
            leads.push(leading(&door.name, door.port, door.address));
        }
    }
    request.resolve = leads;
}

/// One name and port that leads elsewhere.
fn leading(name: &str, port: u16, to: SocketAddr) -> ResolveOverride {
    ResolveOverride {
        host: name.to_owned(),
        port,
        address: to.ip(),
        to_port: Some(to.port()),
    }
}

/// Every name once, with its address.
fn unique_names(doors: &[Door]) -> Vec<(String, IpAddr)> {
    let mut names: Vec<(String, IpAddr)> = Vec::new();
    for door in doors {
        if !names.iter().any(|(name, _)| *name == door.name) {
            names.push((door.name.clone(), door.address.ip()));
        }
    }
    names
}

/// Probes by their ids or groups.
fn probes(scenario: &Scenario, words: &[String]) -> Result<Vec<ProbeId>, LabError> {
    let mut all = Vec::new();
    for word in words {
        let named = ProbeId::named(word);
        if named.is_empty() {
            return Err(LabError::NoProbe {
                scenario: scenario.id.clone(),
                word: word.clone(),
            });
        }
        all.extend(named);
    }
    Ok(all)
}

/// The limit of each network step.
fn step_limit(options: &RunOptions) -> Duration {
    match options.timeout_ms {
        0 => Duration::from_secs(3),
        millis => Duration::from_millis(millis),
    }
}

/// Writes a file of the world.
fn write(path: &Path, content: &[u8]) -> Result<(), LabError> {
    std::fs::write(path, content).map_err(|error| LabError::Write(format!("{}: {error}", path.display())))
}

/// A word for a shell.
fn variable(name: &str, value: &str) -> String {
    if cfg!(windows) {
        format!("set \"{name}={value}\" &&")
    } else {
        format!("{name}={}", quoted(value))
    }
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The port of DNS (RFC 1035, section 4.2).
const DNS_PORT: u16 = 53;
/// The ports that mail servers are asked at.
const MAIL_PORTS: [u16; 4] = [25, 465, 587, 2525];
