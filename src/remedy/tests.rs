use super::*;
use crate::certainty::Certainty;
use crate::diagnose::{Link, diagnose};

/// The plan for causes taken as given.
fn plan_for(case: &Case, causes: &[&str]) -> Remedy {
    let knowledge = Knowledge::embedded();
    let mut diagnosis = diagnose(case, Vec::new(), &knowledge);
    diagnosis.chain = causes
        .iter()
        .map(|cause| Link {
            cause: (*cause).to_owned(),
            gate: knowledge.cause(cause).unwrap().gate,
            certainty: Certainty::Confirmed,
            title: String::new(),
            headline: String::new(),
            evidence: Vec::new(),
        })
        .collect();
    plan(case, &diagnosis, &knowledge).unwrap()
}

const XEROX: &str = r#"(version: 1, device: (vendor: Some("Xerox"), model: Some("WorkCentre 7845"), firmware: Some("072.040.004.09100"), controller: BuiltIn),
    mail: (server: "smtp.office365.com", port: 587, encryption: StartTls, auth: Password(user: "scan@contoso.com"), from: "scan@contoso.com", to: ["it@contoso.com"], method: Submission))"#;

fn xerox() -> Case {
    Case::parse(XEROX, "xerox").unwrap()
}

#[test]
fn the_whole_chain_has_its_steps_in_order_and_commands_hold_the_case_s_names() {
    let plan = plan_for(&xerox(), &["device-tls-too-old", "smtp-auth-disabled-mailbox"]);
    let first = |cause: &str| plan.steps.iter().position(|step| step.cause == cause).unwrap();
    assert!(first("device-tls-too-old") < first("smtp-auth-disabled-mailbox"));
    let enable = plan
        .steps
        .iter()
        .find(|step| {
            step.command
                .as_deref()
                .is_some_and(|c| c.starts_with("Set-CASMailbox"))
        })
        .unwrap();
    let command = enable.command.as_deref().unwrap();
    assert!(command.contains("-Identity scan@contoso.com"), "{command}");
    assert!(
        enable
            .undo
            .as_deref()
            .is_some_and(|undo| undo.contains("scan@contoso.com")),
        "{enable:?}"
    );
    assert!(enable.risk.is_some() && enable.takes.is_some(), "{enable:?}");
    assert!(!plan.cautions.is_empty());
}

#[test]
fn every_step_that_changes_something_says_risk_time_and_the_way_back() {
    let knowledge = Knowledge::embedded();
    for cause in &knowledge.causes {
        for step in plan_for(&xerox(), &[&cause.id]).steps {
            if step.command.is_some() || !step.enter.is_empty() {
                assert!(
                    step.risk.is_some() && step.takes.is_some() && step.undo.is_some(),
                    "{}: {}",
                    cause.id,
                    step.title
                );
            }
        }
    }
}

#[test]
fn values_are_named_and_written_as_on_the_device_in_hand() {
    let mut case = xerox();
    case.mail.server = "contoso-com.mail.protection.outlook.com".into();
    case.mail.auth = crate::case::Auth::None;
    let plan = plan_for(&case, &["ip-reputation"]);
    let step = plan.steps.iter().find(|step| !step.enter.is_empty()).unwrap();
    let value = |setting: &str| {
        let found = step.enter.iter().find(|entry| entry.setting == setting);
        found.map(|entry| entry.value.as_str())
    };
    assert_eq!(value("SMTP Server"), Some("smtp.office365.com"));
    assert_eq!(value("SMTP Port"), Some("587"));
    assert_eq!(value("SMTP Connection Encryption"), Some("STARTTLS"));
    assert_eq!(value("Device E-mail Address"), Some("scan@contoso.com"));
    assert!(
        step.place.as_deref().is_some_and(|place| place.contains("SMTP")),
        "{step:?}"
    );
    case.device.vendor = Some("Konica Minolta".into());
    let plan = plan_for(&case, &["ip-reputation"]);
    let step = plan.steps.iter().find(|step| !step.enter.is_empty()).unwrap();
    assert!(
        step.enter.iter().any(|entry| entry.value == "Start TLS"),
        "{step:?}"
    );
}

#[test]
fn a_name_that_would_run_in_a_shell_is_not_put_into_a_command() {
    let mut case = xerox();
    case.mail.auth = crate::case::Auth::Password {
        user: "x; Remove-Item -Recurse C:\\ #".into(),
    };
    case.mail.from = "$(calc)@contoso.com".into();
    let knowledge = Knowledge::embedded();
    for cause in &knowledge.causes {
        for step in plan_for(&case, &[&cause.id]).steps {
            let text = format!("{:?} {:?}", step.command, step.undo);
            assert!(!text.contains("Remove-Item") && !text.contains("calc"), "{text}");
        }
    }
}

#[test]
fn keys_stay_the_same_from_run_to_run_and_no_two_steps_share_one() {
    let causes = [
        "device-tls-too-old",
        "smtp-auth-disabled-mailbox",
        "ip-reputation",
    ];
    let (one, two) = (plan_for(&xerox(), &causes), plan_for(&xerox(), &causes));
    let keys = |plan: &Remedy| plan.steps.iter().map(|step| step.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&one), keys(&two));
    let mut once = keys(&one);
    once.sort();
    once.dedup();
    assert_eq!(once.len(), one.steps.len());
}

#[test]
fn no_made_up_address_or_name_stands_in_a_plan() {
    let knowledge = Knowledge::embedded();
    let mut case = xerox();
    case.mail.from = "scan@fabrikam.test".into();
    case.mail.to = vec!["it@fabrikam.test".into()];
    case.mail.auth = crate::case::Auth::Password {
        user: "scan@fabrikam.test".into(),
    };
    for cause in &knowledge.causes {
        for step in plan_for(&case, &[&cause.id]).steps {
            let command = step.command.unwrap_or_default();
            for word in ["contoso", "203.0.113.", "10.1.2.3"] {
                assert!(!command.contains(word), "{}: {command}", cause.id);
            }
        }
    }
}

#[test]
fn every_topic_that_a_step_asks_for_is_one_that_devices_have() {
    let knowledge = Knowledge::embedded();
    let topics: Vec<&str> = knowledge
        .devices
        .iter()
        .flat_map(|device| &device.menus)
        .map(|menu| menu.topic.as_str())
        .collect();
    let steps = knowledge.causes.iter().flat_map(|cause| &cause.remedy);
    let places: Vec<&str> = steps
        .filter_map(|step| step.place.as_deref())
        .filter_map(|place| place.strip_prefix("menu:"))
        .collect();
    assert!(places.len() > 20);
    for place in places {
        let (asked, otherwise) = place.split_once(" | ").unwrap_or((place, "-"));
        assert!(asked.split('/').all(|topic| topics.contains(&topic)), "{place}");
        assert!(!otherwise.is_empty(), "{place}");
    }
}
