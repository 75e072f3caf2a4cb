//! A page of help for each step, within reach without a network.

use super::state::Step;

/// Help of a step: a paragraph each.
pub const fn of(step: Step) -> &'static [&'static str] {
    match step {
        Step::Device => &[
            "Type the copier's name or address and press Identify: ScanMedic asks it over SNMP, IPP and its web page at once and fills in what it answers. Each value says where it came from, and you can overrule it.",
            "Without a network, pick maker and model from the list and copy the firmware version from the copier's configuration report.",
            "The firmware version matters most: it tells which TLS versions the copier can offer.",
        ],
        Step::Mail => &[
            "Copy the settings as they stand on the copier, even where they look wrong. Where the maker is known, the labels are the words of its own screens.",
            "A mail service from the list fills in server, port and encryption. Sentences below a field tell what cannot fit together.",
            "The password stays in memory for this session. It is never written to the case, to a log or to a report.",
        ],
        Step::Probes => &[
            "ScanMedic walks the way of a scan from this laptop: name, connection, greeting, encryption, certificate, login, sender and recipient. It also tries it with the copier's own limits.",
            "Nothing is delivered unless you choose to send a test message, and then it asks first. Click a row to read what was said.",
            "Some refusals come only when a whole message is handed over. A test that ends earlier cannot see them.",
        ],
        Step::Evidence => &[
            "Add the copier's audit log or protocol log, a mail server's log, a capture or a bounce. Drop files on the window or choose them.",
            "Type the code or the sentence from the copier's panel as it stands there.",
            "What a log shows of the copier counts more than what this laptop measures.",
        ],
        Step::Diagnosis => &[
            "The two lanes show how far the copier and this laptop get. The first gate that the copier cannot pass is the root cause; faults behind it come next.",
            "Confirmed means seen to happen, stated by the failing side, or reproduced with the copier's own limits. Likely and possible mean less, and say so.",
            "Click a gate to see the evidence for it.",
        ],
        Step::Fix => &[
            "The steps stand in the order of doing, for this copier and this mail service. Tick them as you go.",
            "Menu paths and commands can be copied.",
        ],
        Step::Verify => &[
            "Run the probes again after the fix. Only a run that finds no fault any more makes the case resolved.",
            "The summary for the client can be copied as Markdown text.",
        ],
    }
}
