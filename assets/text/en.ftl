## bar

bar-dismiss = Dismiss
bar-run-the-probes = Run the probes
bar-read-the-files = Read the files
bar-build-the-fix-plan = Build the fix plan
bar-see-the-report = See the report
bar-verify-the-fix = Verify the fix

## before

before-the-send-path-at-first = The send path at first
before-the-send-path-now = The send path now

## behind

behind-the-lab-cannot-start-a-thread = The lab cannot start a thread: { $problem }
behind-save-the-case = Save the case
behind-add-evidence = Add evidence

## beside

beside-also-possible = Also possible
beside-true-and-harmless-here = True, and harmless here
beside-show-fewer = Show fewer
beside-one-test-would-settle-the-rest = One test would settle the rest
beside-send-a-test-message = Send a test message…

## check

check-only-the-servers-name-or-address = Only the server's name or address belongs here
check-there-is-a-space-inside-the = There is a space inside the name
check-port-465-speaks-tls-from-the = Port 465 speaks TLS from the first byte; with STARTTLS both sides wait for each other
check-port-465-speaks-tls-from-the-2 = Port 465 speaks TLS from the first byte; nothing answers plain text there
check-mail-to-the-recipients-own-server = Mail to the recipient's own server goes to port 25
check-without-encryption-anyone-on-the-way = Without encryption anyone on the way can read the password
check-sending-through-a-submission-server-needs = Sending through a submission server needs a login
check-the-recipients-own-server-takes-no = The recipient's own server takes no login from strangers
check-this-is-no-e-mail-address = This is no e-mail address
check-is-no-e-mail-address = { $to } is no e-mail address
check-the-login-belongs-to-many-services = The login belongs to { $user }; many services refuse a sender at { $from }

## common

common-open-a-case = Open a case
common-enter-the-mail-settings = Enter the mail settings
common-see-the-diagnosis = See the diagnosis
common-run-the-probes-again = Run the probes again
common-verify-and-report = Verify and report
common-next-behind-it = Next behind it
common-name-or-ip-address = Name or IP
common-not-read-yet = Not read yet
common-practise-on-the-lab = Practise on the lab
common-way-of-sending = Way of sending

## device

device-which-copier-is-it-ask-it = Which copier is it? Ask it over the network, or type what its configuration report says.
device-maker = Maker
device-model = Model
device-firmware = Firmware
device-from = From { $source }
device-asking-over-snmp-ipp-and-its = Asking over SNMP, IPP and its web page
device-built-in = Built in
device-fiery-print-server = Fiery print server
device-only-where-you-know-it-otherwise = Only where you know it; otherwise the firmware tells
device-from-the-catalogue = From the catalogue
device-works-without-a-network = Works without a network
device-maker-in-the-catalogue = Maker in the catalogue
device-choose-a-maker = Choose a maker
device-model-in-the-catalogue = Model in the catalogue
device-choose-a-model = Choose a model
device-this-case = This case
device-a-name-under-which-you-will = A name under which you will find it again
device-case-name = Case name
device-front-office-copier = Front office copier

## diagnosis

diagnosis-go-to-the-live-probes = Go to the live probes
diagnosis-add-evidence-files = Add evidence files
diagnosis-run-the-probes-or-read-the = Run the probes, or read the copier's logs; both together tell most
diagnosis-nothing-is-known-yet = Nothing is known yet
diagnosis-why-we-are-sure = Why we are sure
diagnosis-what-points-to-it = What points to it
diagnosis-what-speaks-against-it = What speaks against it
diagnosis-less-about-it = Less about it
diagnosis-more-about-it = More about it
diagnosis-no-fault-found = No fault found
diagnosis-not-certain-yet = Not certain yet
diagnosis-root-cause-confirmed = Root cause · confirmed
diagnosis-the-mail-service = The mail service
diagnosis-nothing-is-known-about-this-gate = Nothing is known about this gate

## dialogs

dialogs-nobody-yet = nobody yet
dialogs-it-is-practice-the-message-goes = It is practice: the message goes no further than the lab on this computer
dialogs-only-a-whole-message-shows-refusals = Only a whole message shows refusals that come at its end
dialogs-send-a-real-message = Send a real message?
dialogs-send-the-test-message = Send the test message
dialogs-what-is-not-saved-would-be = What is not saved would be lost
dialogs-close-without-saving = Close without saving
dialogs-go-on-without-saving = Go on without saving
dialogs-save = Save
dialogs-save-2 = Save…
dialogs-f1-opens-this-help-alt-left = F1 opens this help, Alt+Left and Alt+Right change the step, F5 runs the probes, Esc stops them, Ctrl+S saves, Ctrl with + or - changes the size
dialogs-colours = Colours
dialogs-like-the-system = Like the system
dialogs-light = Light
dialogs-dark = Dark
dialogs-size = Size

## evidence

evidence-logs-captures-bounces-and-what-the = Logs, captures, bounces, and what the panel says. What a log shows of the copier counts most.
evidence-files = Files
evidence-let-go-to-add-it = Let go to add it
evidence-drop-files-here-or-add-them = Drop files here, or add them
evidence-read-again = Read again
evidence-read = Read
evidence-needs-a-look = Needs a look
evidence-remove = Remove
evidence-on-the-panel-or-in-the = On the panel or in the report
evidence-the-code-or-the-sentence-as = The code or the sentence, as it stands there
evidence-symptom = Symptom
evidence-code-or-message = Code or message
evidence-all-that-is-known = All that is known
evidence-search-the-evidence = Search the evidence
evidence-search = Search
evidence-service = Service

## field

field-attention = Attention

## fix

fix-what-to-do-in-the-order = What to do, in the order of doing
fix-nothing-to-fix = Nothing to fix
fix-the-last-run-found-no-fault = The last run found no fault
fix-nothing-to-fix-yet = Nothing to fix yet
fix-a-plan-comes-with-a-diagnosis = A plan comes with a diagnosis that names a fault
fix-how-to-see-that-it-is = How to see that it is mended
fix-show-the-next-only = Show the next only
fix-show-all = Show all
fix-copy-the-plan = Copy the plan
fix-of-done-in-the-order-of = { $done } of { $all } done, in the order of doing
fix-plan = Plan
fix-root-cause = Root cause
fix-at-the-copier = At the copier
fix-in-the-mail-service = In the mail service
fix-in-the-network = In the network
fix-in-the-domains-dns = In the domain's DNS
fix-at-the-mail-server = At the mail server
fix-somebody-who-decides = Somebody who decides
fix-where = Where
fix-command = Command
fix-done = Done: { $name }
fix-copy = Copy



## identity

identity-the-device = the device
identity-what-answers-at-this-address-is = What answers at this address is no printer
identity-serial-number = Serial number { $serial }
identity-ahead = ahead
identity-behind = behind

## lab

lab-setting-up-the-lab = Setting up the lab
lab-each-fault-is-played-on-this = Each fault is played on this computer, with real connections and no network. The names are those of real services; nothing reaches them.
lab-search-the-scenarios = Search the scenarios
lab-search-tls-login-reputation-canon = Search: TLS, login, reputation, Canon…
lab-none-has-these-words = None has these words
lab-setting-up = Setting up

## mail

mail-not-stated = Not stated
mail-with-a-login-to-a-submission = With a login, to a submission server
mail-straight-to-the-recipients-mail-server = Straight to the recipient's mail server
mail-through-a-server-that-knows-this = Through a server that knows this site
mail-the-copier-itself-receives-mail = The copier itself receives mail
mail-no-encryption = no encryption
mail-starttls-if-available = STARTTLS if available
mail-starttls = STARTTLS
mail-tls-from-the-first-byte = TLS from the first byte
mail-as-they-stand-on-the-copier = As they stand on the copier, in { $vendor }'s own words
mail-as-they-stand-on-the-copier-2 = As they stand on the copier, even where they look wrong
mail-how-the-copier-sends = How the copier sends
mail-server = Server
mail-port = Port
mail-25-465-or-587 = 25, 465 or 587
mail-from-address = From address
mail-several-with-commas = Several with commas
mail-in-megabytes-as-the-scan-is = In megabytes, as the scan is before it is sent
mail-password-for-the-test = Password for the test
mail-not-needed-no-login-is-set = Not needed: no login is set
mail-stays-in-memory-until-you-close = Stays in memory until you close ScanMedic. It is in no case, log or report.
mail-password = Password
mail-forget-it = Forget it

## mark

mark-done = done
mark-needs-a-look = needs a look
mark-to-do = to do

## path

path-expected-to-pass = expected to pass
path-refused-here-too = refused here too
path-expected-to-fail = expected to fail
path-not-known = not known

## perform

perform-copied = { $what } copied

## player

player-the-lab-cannot-start = The lab cannot start: { $problem }

## preset

preset-fills-in-server-port-encryption-and = Fills in server, port, encryption and way of sending
preset-choose-a-service = Choose a service

## probes

probes-nothing-is-delivered-the-test-ends = Nothing is delivered: the test ends before the sender is named
probes-nothing-is-delivered-the-test-ends-2 = Nothing is delivered: the test ends at the recipient
probes-one-marked-test-message-is-delivered = One marked test message is delivered; you are asked before it goes
probes-go-as-far-as = Go as far as
probes-the-login = The login
probes-the-recipient = The recipient
probes-a-real-message = A real message…
probes-of = { $over } of { $all } · { $took }
probes-run-again = Run again
probes-of-2 = { $over } of { $all } · { $time }
probes-of-3 = { $over } of { $all }
probes-ready = Ready
probes-the-probes-need-at-least-the = The probes need at least the mail server's name
probes-nothing-to-probe-yet = Nothing to probe yet
probes-queued = Queued
probes-skipped = Skipped
probes-stopped = Stopped
probes-under-1-ms = under 1 ms
probes-ms = { $ms } ms
probes-queued-2 = queued

## rail

rail-help-for-this-step = Help for this step
rail-look = Look
rail-back-to-the-start-screen = Back to the start screen

## start

start-finds-out-why-a-copier-no = Finds out why a copier no longer sends scans by e-mail, and how to fix it
start-forget-the-unsaved-case = Forget the unsaved case
start-a-case-was-not-saved = A case was not saved
start-was-not-saved = { $title } was not saved
start-scanmedic-ended-before-it-was-what = ScanMedic ended before it was. What was typed is still here.
start-go-on-with-it = Go on with it
start-the-case-that-is-open-now = The case that is open now
start-go-on = Go on
start-begin-with-the-copiers-address-or = Begin with the copier's address or its model
start-a-file-that-ends-in-case = A file that ends in .case.ron
start-open = Open…
start-read-evidence = Read evidence
start-an-audit-log-a-protocol-log = An audit log, a protocol log, a capture or a bounce; no network is touched
start-faults-that-are-played-on-this = Faults that are played on this computer, to learn and to demonstrate
start-recent-cases = Recent cases

## state

state-not-saved = not saved
state-saving = saving
state-changed = changed
state-saved = saved
state-practice = practice
state-not-saved-yet = not saved yet

## steps

steps-file-not-read = Put the file back where it was, or take it out of the case; then run the probes again
steps-see-the-files = See the files
steps-mend-and-run-again = Nothing that was typed is lost. Mend this, then run the probes again.
steps-mail-to = Mail to { $device } at { $server }
steps-practice = Practice
steps-no-server-yet = no server yet

## transcript

transcript-nothing-yet = Nothing yet
transcript-sent-received-and-the-same-inside = -> sent, <- received; ~> and <~ the same inside TLS; === what happened
transcript-copy-transcript = Copy transcript
transcript-run-only-this = Run only this

## verify

verify-only-a-run-that-finds-no = Only a passed repeat of the test that failed makes the case resolved
verify-running-again-of = Running again, { $over } of { $all }
verify-the-last-run-that-was-saved = The last run that was saved
verify-nothing-has-run-yet = Nothing has run yet
verify-run-the-probes-to-see-where = Run the probes to see where the case stands
verify-resolved-and-verified = Resolved and verified
verify-how-to-see-it = How to see it

## word

word-back = Back
word-add-files = Add files…
word-stop = Stop
word-cancel = Cancel
word-close = Close
word-settings = Settings
word-failed = failed
word-running = running
word-help = Help
word-new-case = New case
word-passed = passed
word-device = Device
word-mail-settings = Mail settings
word-live-probes = Live probes
word-evidence = Evidence
word-diagnosis = Diagnosis
word-fix = Fix
word-passed-2 = Passed
word-failed-2 = Failed
word-ruled-out = Ruled out
word-not-known = Not known
word-the-copier = The copier
word-address = Address
word-identify = Identify
word-running-2 = Running
word-controller = Controller
word-highest-tls = Highest TLS
word-the-catalogue = the catalogue
word-this-laptop = This laptop
word-gate = Gate
word-copier = Copier
word-practise = Practise
word-encryption = Encryption
word-login = Login
word-user-name = User name
word-to = To
word-scan-size = Scan size
word-mail-service = Mail service


## written by hand

check-port-begins-in-plain-text = Port { $port } begins in plain text and changes over by STARTTLS; TLS from the first byte fails there
check-service-takes-newer-tls = { $service } takes { $least } or newer, and the device offers { $device } at most
dialogs-one-marked-message = One marked test message with a small attachment goes from { $from } to { $to }, through { $server }
dialogs-save-first = Save { $title } first?
identity-clock = Its clock is { $seconds } s { $way }
common-tested = Tested { $at }
beside-show-all = Show all { $count }
diagnosis-route-tested = { $route } · tested { $at }
diagnosis-root-cause-likely = Root cause · likely
diagnosis-root-cause-possible = Root cause · possible
diagnosis-evidence-at = Evidence at { $gate }
evidence-records = { $count ->
    [one] { $written } record
   *[other] { $written } records
}
common-of = { $some } of { $all }
fix-step = Step { $number }
lab-of-scenarios = { $some } of { $all } scenarios
lab-practise-one = Practise { $id }
mail-login-none = None
mail-login-password = User name and password
mail-login-token = OAuth 2.0 token
start-go-on-with = Go on with { $title }
path-gate = { $gate }: copier { $copier }, this laptop { $laptop }
gate-device = Device
gate-resolve = Resolve
gate-connect = Connect
gate-greet = Greet
gate-encrypt = Encrypt
gate-certificate = Certificate
gate-authenticate = Log in
gate-sender = Sender
gate-recipient = Recipient
gate-content = Content
gate-deliver = Deliver
probe-device = Reach the copier
probe-resolve = Resolve the name
probe-connect = Connect
probe-ports = Other mail ports
probe-greet = Greeting and EHLO
probe-encrypt = Encrypt
probe-certificate = Certificate
probe-tls-versions = TLS versions of the server
probe-be-the-copier = Be the copier
probe-authenticate = Log in
probe-envelope = Sender and recipient
probe-message = Send a test message
probe-reception = Reception of the copier
probe-reputation = Reputation and DNS records
## Help, a page for each step; an empty line begins a paragraph

help-device =
    Type the copier's name or address and press Identify: ScanMedic asks it over SNMP, IPP and its web page at once and fills in what it answers. Each value says where it came from, and you can overrule it.

    Without a network, pick maker and model from the list and copy the firmware version from the copier's configuration report.

    The firmware version matters most: it tells which TLS versions the copier can offer.
help-mail =
    Copy the settings as they stand on the copier, even where they look wrong. Where the maker is known, the labels are the words of its own screens.

    A mail service from the list fills in server, port and encryption. Sentences below a field tell what cannot fit together.

    The password stays in memory for this session. It is never written to the case, to a log or to a report.
help-probes =
    ScanMedic walks the way of a scan from this laptop: name, connection, greeting, encryption, certificate, login, sender and recipient. It also tries it with the copier's own limits.

    Nothing is delivered unless you choose to send a test message, and then it asks first. Click a row to read what was said.

    Some refusals come only when a whole message is handed over. A test that ends earlier cannot see them.
help-listen =
    The laptop plays the mail server. Type the address that stands here in large letters into the copier as its mail server, press Scan, and watch what the copier really does: which TLS versions it offers, how it logs in, what its clock says.

    If nothing arrives, the copier cannot reach this laptop: check that both are in the same network and that this laptop's firewall lets the port in.

    No password is kept: it is thrown away before it is looked at. What was heard becomes evidence, and counts more than what this laptop measures by itself. Put the old server back into the copier afterwards.
help-evidence =
    Add the copier's audit log or protocol log, a mail server's log, a capture or a bounce. Drop files on the window or choose them.

    Type the code or the sentence from the copier's panel as it stands there.

    What a log shows of the copier counts more than what this laptop measures. The table can be searched and filtered; a click on a mark of the time line shows what happened then.
help-diagnosis =
    The two lanes show how far the copier and this laptop get. The first gate that the copier cannot pass is the root cause; faults behind it come next.

    Confirmed means seen to happen, stated by the failing side, or reproduced with the copier's own limits. Likely and possible mean less, and say so.

    Click a gate to see the evidence for it. Click a reason to see it among all the evidence.
help-fix =
    The steps stand in the order of doing, for this copier and this mail service. Tick them as you go; ticks and notes stay with the case.

    Menu paths and commands can be copied.
help-verify =
    Repeat the test that failed after the fix. Only a passed test makes the case resolved.

    The report tells the client in plain words what was wrong and what was done, and the technician everything that was seen. Names, addresses and serial numbers are replaced by stand-ins unless you say otherwise.
dialogs-language = Language
wizard-knowledge-unreadable = The knowledge files cannot be read
wizard-no-window = The window cannot be opened. It needs OpenGL 2.0, which Remote Desktop and virtual machines often lack. Start it at the computer itself, install its graphics driver, or use the program scanmedic, which does the same on the command line. What the system said: { $error }
behind-scanmedic-case = ScanMedic case
transcript-transcript = Transcript

## Listening

listen-title = Listen to the copier
listen-below = This computer plays the mail server: point the copier at it, press Scan, and see what the copier really does
listen-type-into-the-copier = Type this into the copier as its mail server
listen-no-address = No network
listen-server-and-port = Port { $port }, and otherwise the settings that fail
listen-port-wanted = A port is wanted too
listen-port-problem = A port is a number from 1 to 65535
listen-port-note = Any port that the copier can be told; below 1024 some systems want an administrator
listen-loopback = This address reaches programs on this computer only, no copier
listen-start = Start listening
listen-stop = Stop listening
listen-nothing-arrives = Nothing arrives?
listen-where-nothing-arrives = Where nothing arrives
listen-same-network = The copier must reach this computer: both in the same network, no guest network, and the firewall of this computer lets the port in
listen-undo = Afterwards, to take it back
listen-address = Address
listen-what = Behind it
listen-play = A server that is played
listen-pass-on = The real server
listen-tap-note = Everything is passed on to { $server } unchanged, and only watched. Inside TLS nothing can be read then, but its beginning can.
listen-persona = Play
listen-near-route = on the way to the copier
listen-near-same = in the copier's network
listen-near-other = another network
listen-near-link = on the same cable only
listen-near-loopback = this computer only
listen-what-arrives = What arrives
listen-listening = Listening
listen-press-scan = Waiting for the copier. Press Scan on it and send to any address.
listen-not-yet = Nothing yet. Start listening, then press Scan on the copier.
listen-connections = { $count ->
    [one] { $count } connection
   *[other] { $count } connections
}
listen-connection = Connection { $number } from { $peer }
listen-keep = Keep as a file…
listen-kept = What was heard is kept, and is among the evidence
listen-seen = Seen
listen-diagnose = Diagnose with what was heard
listen-runs-with-the-next = What was heard counts in the next run
probes-listen = Listen to the copier…
behind-keep-hearing = Keep what was heard

## Evidence

evidence-faults-only = Faults only
evidence-every-gate = Every gate
evidence-show-everything = Show everything
evidence-remove-one = Remove { $name }
evidence-read-first = Nothing is read yet. Read the files, or look into one as it stands.
evidence-show-the-line = Show the line in its file
evidence-fact = Sentence
evidence-row = Line
evidence-line = Line { $number }
evidence-opening = Opening the file
evidence-rows-of-a-file = Lines of the file
timeline-legend = Time line: a filled mark is a fault. Click a mark to see it, drag to narrow the table.
timeline-span = { $from } to { $to }
timeline-all-times = All times
timeline-other = Other
timeline-faults = Faults

## Certificate and TLS versions

tls-accepted = accepted
tls-refused = refused
certificate-trusted = Trusted: chain, name and days are in order
certificate-not-trusted = Not trusted
certificate-subject = Subject
certificate-issuer = Issuer
certificate-names = Names
certificate-validity = Valid
certificate-from-to = { $from } to { $to }
certificate-key = Key
certificate-problems = Wrong with it

## Diagnosis

diagnosis-show-evidence = Show: { $fact }
diagnosis-to-the-evidence = Show it among all the evidence
diagnosis-disagreement = The evidence disagrees
diagnosis-against-that = Against that
beside-questions = What only a person can know

## Fix

fix-takes = Takes
fix-risk = What can go wrong
fix-undo = To take it back
fix-notes = Notes
fix-note = Note
fix-note-hint = What was done, what was agreed, who was asked
fix-add-note = Add the note

## Verify and report

verify-repeat = Repeat the test that failed
verify-no-fault = No fault is on record
verify-no-fault-why = A repeated test is held against a fault that a run has found
verify-the-fault = The fault on record
verify-arrived = Did a scan of the copier arrive since the fix?
verify-arrived-at-the-copier = Did a message reach the copier since the fix?
verify-arrived-yes = It arrived
verify-arrived-no = It did not
verify-arrived-not-tried = Not tried
verify-passed = The test is passed
verify-failed = A fault still shows
verify-not-verified = Not verified yet
verify-as-the-copier = This computer repeated the test with the copier's settings; it had failed here before
verify-by-the-copier = The copier itself was heard to do it
verify-seen-by-person = A person saw a scan of the copier arrive
verify-both-runs = Before and after
verify-settings-changed = Settings that were changed
verify-changed = changed
verify-the-same = the same
verify-report = Report
verify-report-below = A summary that the client can read, and everything that was seen for whoever works on it
verify-customer = Prepared for
verify-technician = Prepared by
verify-names-shown = Names and addresses will stand in the report; passwords never do
verify-preview = Preview
verify-save = Save as…
verify-bundle = Pack for a ticket…
verify-formats = Web page, PDF, Markdown or JSON, by the ending of the file
verify-preview-tag = Preview
verify-hidden = { $count ->
    [0] nothing is replaced by a stand-in
    [one] one name is replaced by a stand-in
   *[other] { $count } names are replaced by stand-ins
}
verify-written = { $path } is written
verify-packed = { $path } is packed
verify-packed-without = { $count ->
    [one] { $path } is packed; one file had to stay out
   *[other] { $path } is packed; { $count } files had to stay out
}
behind-save-report = Save the report
behind-pack = Pack everything for a ticket

## Ways of sending

methods-title = Ways of sending at this site
methods-below = What can work here, what works first, and why the others cannot
methods-works = was seen to get through
methods-possible = can work
methods-unknown = could not be told
methods-cannot = cannot work
methods-present = set now
diagnosis-confidence = { $percent } % by the weight of the evidence

## methods in full, announced dates

methods-first-title = To be done first
methods-date = Announced
methods-needs = Needed in any case
methods-limits = Limits
methods-more = Needs and limits
methods-less = Less
methods-more-of = { $words }: { $name }
beside-announced = Announced by the service
beside-as-of = { $source }, as of { $day }

## ports and the send side by side

ports-title = Mail ports of the server
ports-port = Port
ports-network = Network
ports-starttls = STARTTLS
ports-tls = TLS at once
ports-speaks = What speaks there
ports-chosen = set
ports-open = Open
ports-refused = Refused
ports-blocked = No answer
ports-unreachable = Unreachable
ports-offered = { $way } offered
ports-not-offered = { $way } not offered
ports-not-known = { $way } not known
ports-speaks-plain = SMTP without STARTTLS
ports-speaks-starttls = SMTP that goes over to TLS by STARTTLS
ports-speaks-tls = TLS from the first byte
ports-speaks-turned-away = SMTP that turns this laptop away
ports-speaks-other = Something that is not SMTP
ports-speaks-silent = Neither a greeting nor TLS
beside-title = The same send, side by side
beside-below = Once as this laptop can, once with no more than the copier can
beside-step = Step
beside-as-the-copier = As the copier
beside-not-done = not done
beside-envelope = Sender and recipient
beside-outcome = How it ended

## signing in

sign-in-title = Sign in for a token
sign-in-below = { $authority } gives a page and a code; a person signs in there with the copier's account. Each run asks anew, since no token is kept.
sign-in-below-unknown = Who gives tokens for this mail service is not known here; its addresses stand in its documentation. Each run asks anew, since no token is kept.
sign-in-client-id = Client id
sign-in-tenant = Organisation
sign-in-device-endpoint = Address for the code
sign-in-token-endpoint = Address for the token
sign-in-scope = Permissions
sign-in-not-ready = Needs the client id of the application that is registered for the copier, and addresses that begin with https://
sign-in-try = Try the sign-in
sign-in-asking = Asking for a code
sign-in-open = Open this page, on any computer or telephone:
sign-in-page = Page
sign-in-enter = Enter this code there, and sign in with the copier's account:
sign-in-code = Code
sign-in-copy-code = Copy the code
sign-in-waiting = Waiting for the sign-in; the code ends in { $left }
sign-in-stop = Stop the sign-in
sign-in-run-waits = The run waits for a sign-in
sign-in-done = Signed in
sign-in-done-but = Signed in, but look at the token
sign-in-account = Account
sign-in-permissions = Permissions
sign-in-ends = Valid until
sign-in-thrown-away = The token was looked at and thrown away.
sign-in-refused = No token
sign-in-advice-declined = Somebody declined, or chose another account. Try again, and sign in with the copier's own account.
sign-in-advice-expired = Try again; the code has to be entered before it ends.
sign-in-advice-unreachable = Check that this laptop reaches the internet, and that no firewall or proxy stands before the authority.
sign-in-advice-unreadable = Check the addresses; what answers there is no authority of OAuth 2.0, or a page in between.
sign-in-advice-client = Check the client id, and that the application's registration allows public clients with device codes.
sign-in-advice-scope = Check the permissions; the application must be registered for sending mail by SMTP.
sign-in-advice-other = The organisation's administrator finds this attempt, with the reason, in the sign-in log of the authority.
mail-token-for-the-test = Token for the test
mail-token = Access token

## snmp

snmp-title = How SNMP asks
snmp-below = Without a word it asks as version 2c and 1 with the community that nearly every copier takes.
snmp-set = Community or user…
snmp-hide = Fold away
snmp-community = Community
snmp-user = User of version 3
snmp-user-hint = Empty: version 3 is not asked
snmp-auth = Signing
snmp-auth-password = Signing password
snmp-privacy = Encryption
snmp-privacy-password = Encryption password
snmp-context = Context
snmp-context-hint = Most devices have none
snmp-none = None
snmp-password-wanted = A password is wanted here, of 8 letters or more on most devices
snmp-signing-wanted = Encryption needs signing too
snmp-not-kept = The passwords stay in memory until you close the program; they stand in no file

## reading

evidence-reading = Reading { $name }: { $percent } %
evidence-reading-files = Reading the files

## report: what is hidden, and the house

verify-hide = Put stand-ins in the place of
verify-hide-accounts = Account names and mail addresses
verify-hide-addresses = Addresses of the network
verify-hide-hosts = Names of machines and domains
verify-hide-serials = Serial numbers and hardware addresses
house-title = Your company
house-below = Stands on every report, and is kept for the next one
house-name = Name
house-colour = Colour
house-logo = Logo
house-logo-note = PNG or JPEG, at most 512 kB
house-logo-taken = The logo can be used
house-choose = Choose a picture…
house-none = No logo
behind-choose-logo = Choose a logo
timeline-toggle = Time line

## where the system has no dialog for files

dialogs-no-picker = This desktop offers no dialog for files; type the path, or drop the file on the window.
dialogs-path = Path of the file
dialogs-take-path = Use this file
