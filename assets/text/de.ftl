## Deutsch. Sätze des Wissens (Ursachen, Antworten, Schritte) bleiben englisch.

bar-dismiss = Schließen
bar-run-the-probes = Proben starten
bar-read-the-files = Dateien lesen
bar-build-the-fix-plan = Reparaturplan erstellen
bar-see-the-report = Bericht ansehen
bar-verify-the-fix = Reparatur prüfen
before-the-send-path-at-first = Der Sendeweg zu Beginn
before-the-send-path-now = Der Sendeweg jetzt
behind-the-lab-cannot-start-a-thread = Das Labor kann keinen Thread starten: { $problem }
behind-save-the-case = Fall speichern
behind-add-evidence = Belege hinzufügen
behind-scanmedic-case = ScanMedic-Fall
behind-keep-hearing = Gehörtes aufbewahren
behind-save-report = Bericht speichern
behind-pack = Alles für ein Ticket packen
beside-also-possible = Auch möglich
beside-true-and-harmless-here = Wahr, aber hier harmlos
beside-show-fewer = Weniger zeigen
beside-one-test-would-settle-the-rest = Ein Test würde den Rest klären
beside-send-a-test-message = Testnachricht senden…
beside-show-all = Alle { $count } zeigen
beside-questions = Was nur ein Mensch wissen kann
check-only-the-servers-name-or-address = Hier gehört nur der Name oder die Adresse des Servers hin
check-there-is-a-space-inside-the = Im Namen steht ein Leerzeichen
check-port-465-speaks-tls-from-the = Port 465 spricht vom ersten Byte an TLS; mit STARTTLS warten beide Seiten aufeinander
check-port-465-speaks-tls-from-the-2 = Port 465 spricht vom ersten Byte an TLS; auf Klartext antwortet dort niemand
check-mail-to-the-recipients-own-server = Post an den Server des Empfängers selbst geht an Port 25
check-without-encryption-anyone-on-the-way = Ohne Verschlüsselung kann unterwegs jeder das Passwort lesen
check-sending-through-a-submission-server-needs = Ein Einlieferungsserver verlangt eine Anmeldung
check-the-recipients-own-server-takes-no = Der Server des Empfängers nimmt von Fremden keine Anmeldung an
check-this-is-no-e-mail-address = Das ist keine E-Mail-Adresse
check-is-no-e-mail-address = { $to } ist keine E-Mail-Adresse
check-the-login-belongs-to-many-services = Die Anmeldung gehört zu { $user }; viele Dienste lehnen einen Absender bei { $from } ab
check-port-begins-in-plain-text = Port { $port } beginnt im Klartext und wechselt mit STARTTLS; TLS vom ersten Byte an scheitert dort
check-service-takes-newer-tls = { $service } verlangt { $least } oder neuer, das Gerät bietet höchstens { $device }
common-open-a-case = Fall öffnen
common-enter-the-mail-settings = Mail-Einstellungen eingeben
common-see-the-diagnosis = Diagnose ansehen
common-run-the-probes-again = Proben wiederholen
common-verify-and-report = Prüfen und berichten
common-next-behind-it = Als Nächstes dahinter
common-name-or-ip-address = Name oder IP-Adresse
common-not-read-yet = Noch nicht gelesen
common-practise-on-the-lab = Im Labor üben
common-way-of-sending = Sendeweg
common-tested = Geprüft { $at }
common-of = { $some } von { $all }
device-which-copier-is-it-ask-it = Welcher Kopierer ist es? Fragen Sie ihn über das Netz, oder tippen Sie ab, was sein Konfigurationsbericht sagt.
device-maker = Hersteller
device-model = Modell
device-firmware = Firmware
device-from = Aus: { $source }
device-asking-over-snmp-ipp-and-its = Frage über SNMP, IPP und seine Webseite
device-built-in = Eingebaut
device-fiery-print-server = Fiery-Druckserver
device-only-where-you-know-it-otherwise = Nur wo bekannt; sonst sagt es die Firmware
device-from-the-catalogue = Aus dem Katalog
device-works-without-a-network = Geht ohne Netz
device-maker-in-the-catalogue = Hersteller im Katalog
device-choose-a-maker = Hersteller wählen
device-model-in-the-catalogue = Modell im Katalog
device-choose-a-model = Modell wählen
device-this-case = Dieser Fall
device-a-name-under-which-you-will = Ein Name, unter dem Sie ihn wiederfinden
device-case-name = Name des Falls
device-front-office-copier = Kopierer am Empfang
diagnosis-go-to-the-live-probes = Zu den Live-Proben
diagnosis-add-evidence-files = Belegdateien hinzufügen
diagnosis-run-the-probes-or-read-the = Proben starten oder die Protokolle des Kopierers lesen; beides zusammen sagt am meisten
diagnosis-nothing-is-known-yet = Noch ist nichts bekannt
diagnosis-why-we-are-sure = Warum wir sicher sind
diagnosis-what-points-to-it = Was darauf hindeutet
diagnosis-what-speaks-against-it = Was dagegen spricht
diagnosis-less-about-it = Weniger dazu
diagnosis-more-about-it = Mehr dazu
diagnosis-no-fault-found = Kein Fehler gefunden
diagnosis-not-certain-yet = Noch nicht sicher
diagnosis-root-cause-confirmed = Ursache · bestätigt
diagnosis-root-cause-likely = Ursache · wahrscheinlich
diagnosis-root-cause-possible = Ursache · möglich
diagnosis-the-mail-service = Der Maildienst
diagnosis-nothing-is-known-about-this-gate = Über dieses Tor ist nichts bekannt
diagnosis-route-tested = { $route } · geprüft { $at }
diagnosis-evidence-at = Belege zu: { $gate }
diagnosis-show-evidence = Zeigen: { $fact }
diagnosis-to-the-evidence = Unter allen Belegen zeigen
diagnosis-disagreement = Die Belege widersprechen sich
diagnosis-against-that = Dagegen steht
dialogs-nobody-yet = noch niemand
dialogs-it-is-practice-the-message-goes = Es ist Übung: die Nachricht kommt nicht über das Labor auf diesem Rechner hinaus
dialogs-only-a-whole-message-shows-refusals = Nur eine ganze Nachricht zeigt Ablehnungen, die erst an ihrem Ende kommen
dialogs-send-a-real-message = Eine echte Nachricht senden?
dialogs-send-the-test-message = Testnachricht senden
dialogs-what-is-not-saved-would-be = Was nicht gespeichert ist, ginge verloren
dialogs-close-without-saving = Ohne Speichern schließen
dialogs-go-on-without-saving = Ohne Speichern weiter
dialogs-save = Speichern
dialogs-save-2 = Speichern…
dialogs-f1-opens-this-help-alt-left = F1 öffnet diese Hilfe, Alt+Links und Alt+Rechts wechseln den Schritt, F5 startet die Proben, Esc hält sie an, Strg+S speichert, Strg mit + oder - ändert die Größe
dialogs-colours = Farben
dialogs-like-the-system = Wie das System
dialogs-light = Hell
dialogs-dark = Dunkel
dialogs-size = Größe
dialogs-language = Sprache
dialogs-one-marked-message = Eine gekennzeichnete Testnachricht mit kleinem Anhang geht von { $from } an { $to }, über { $server }
dialogs-save-first = Erst { $title } speichern?
evidence-logs-captures-bounces-and-what-the = Protokolle, Mitschnitte, Rückläufer und was das Bedienfeld sagt. Was ein Protokoll vom Kopierer zeigt, zählt am meisten.
evidence-files = Dateien
evidence-let-go-to-add-it = Loslassen zum Hinzufügen
evidence-drop-files-here-or-add-them = Dateien hierher ziehen oder hinzufügen
evidence-read-again = Neu lesen
evidence-read = Gelesen
evidence-needs-a-look = Bitte ansehen
evidence-remove = Entfernen
evidence-on-the-panel-or-in-the = Auf dem Bedienfeld oder im Bericht
evidence-the-code-or-the-sentence-as = Der Code oder der Satz, wie er dort steht
evidence-symptom = Symptom
evidence-code-or-message = Code oder Meldung
evidence-all-that-is-known = Alles, was bekannt ist
evidence-search-the-evidence = Belege durchsuchen
evidence-search = Suchen
evidence-service = Dienst
evidence-records = { $count ->
    [one] { $written } Eintrag
   *[other] { $written } Einträge
}
evidence-faults-only = Nur Fehler
evidence-every-gate = Jedes Tor
evidence-show-everything = Alles zeigen
evidence-remove-one = { $name } entfernen
evidence-read-first = Noch ist nichts gelesen. Lesen Sie die Dateien, oder sehen Sie in eine hinein.
evidence-show-the-line = Die Zeile in ihrer Datei zeigen
evidence-fact = Satz
evidence-row = Zeile
evidence-line = Zeile { $number }
evidence-opening = Datei wird geöffnet
evidence-rows-of-a-file = Zeilen der Datei
timeline-legend = Zeitleiste: eine gefüllte Marke ist ein Fehler. Klick zeigt sie, Ziehen engt die Tabelle ein.
timeline-span = { $from } bis { $to }
timeline-all-times = Alle Zeiten
timeline-other = Übriges
timeline-faults = Fehler
field-attention = Achtung
fix-what-to-do-in-the-order = Was zu tun ist, in der Reihenfolge
fix-nothing-to-fix = Nichts zu reparieren
fix-the-last-run-found-no-fault = Der letzte Lauf fand keinen Fehler
fix-nothing-to-fix-yet = Noch nichts zu reparieren
fix-a-plan-comes-with-a-diagnosis = Ein Plan kommt mit einer Diagnose, die einen Fehler nennt
fix-how-to-see-that-it-is = Woran man sieht, dass es repariert ist
fix-show-the-next-only = Nur den nächsten zeigen
fix-show-all = Alle zeigen
fix-copy-the-plan = Plan kopieren
fix-of-done-in-the-order-of = { $done } von { $all } erledigt, in der Reihenfolge
fix-plan = Plan
fix-root-cause = Ursache
fix-at-the-copier = Am Kopierer
fix-in-the-mail-service = Im Maildienst
fix-in-the-network = Im Netz
fix-in-the-domains-dns = Im DNS der Domain
fix-at-the-mail-server = Am Mailserver
fix-somebody-who-decides = Wer entscheidet
fix-where = Wo
fix-command = Befehl
fix-done = Erledigt: { $name }
fix-copy = Kopieren
fix-step = Schritt { $number }
fix-takes = Dauert
fix-risk = Was schiefgehen kann
fix-undo = So geht es zurück
fix-notes = Notizen
fix-note = Notiz
fix-note-hint = Was getan, was vereinbart, wer gefragt wurde
fix-add-note = Notiz hinzufügen
identity-the-device = dem Gerät
identity-what-answers-at-this-address-is = Was unter dieser Adresse antwortet, ist kein Drucker
identity-serial-number = Seriennummer { $serial }
identity-ahead = vor
identity-behind = nach
identity-clock = Seine Uhr geht { $seconds } s { $way }
lab-setting-up-the-lab = Das Labor wird aufgebaut
lab-each-fault-is-played-on-this = Jeder Fehler wird auf diesem Rechner gespielt, mit echten Verbindungen und ohne Netz. Die Namen sind die echter Dienste; nichts erreicht sie.
lab-search-the-scenarios = Szenarien durchsuchen
lab-search-tls-login-reputation-canon = Suchen: TLS, login, reputation, Canon…
lab-none-has-these-words = Keines hat diese Wörter
lab-setting-up = Wird aufgebaut
lab-of-scenarios = { $some } von { $all } Szenarien
lab-practise-one = { $id } üben
mail-not-stated = Nicht angegeben
mail-with-a-login-to-a-submission = Mit Anmeldung, an einen Einlieferungsserver
mail-straight-to-the-recipients-mail-server = Direkt an den Mailserver des Empfängers
mail-through-a-server-that-knows-this = Über einen Server, der diesen Standort kennt
mail-the-copier-itself-receives-mail = Der Kopierer selbst empfängt Post
mail-no-encryption = keine Verschlüsselung
mail-starttls-if-available = STARTTLS, falls angeboten
mail-starttls = STARTTLS
mail-tls-from-the-first-byte = TLS vom ersten Byte an
mail-as-they-stand-on-the-copier = Wie sie auf dem Kopierer stehen, in den Worten von { $vendor }
mail-as-they-stand-on-the-copier-2 = Wie sie auf dem Kopierer stehen, auch wenn sie falsch aussehen
mail-how-the-copier-sends = Wie der Kopierer sendet
mail-server = Server
mail-port = Port
mail-25-465-or-587 = 25, 465 oder 587
mail-from-address = Absenderadresse
mail-several-with-commas = Mehrere mit Komma
mail-in-megabytes-as-the-scan-is = In Megabyte, wie der Scan vor dem Senden ist
mail-password-for-the-test = Passwort für den Test
mail-not-needed-no-login-is-set = Nicht nötig: es ist keine Anmeldung eingestellt
mail-stays-in-memory-until-you-close = Bleibt im Speicher, bis Sie ScanMedic schließen. Es steht in keinem Fall, Protokoll oder Bericht.
mail-password = Passwort
mail-forget-it = Vergessen
mail-login-none = Keine
mail-login-password = Benutzername und Passwort
mail-login-token = OAuth-2.0-Token
mark-done = erledigt
mark-needs-a-look = bitte ansehen
mark-to-do = offen
path-expected-to-pass = kommt voraussichtlich durch
path-refused-here-too = auch hier abgelehnt
path-expected-to-fail = scheitert voraussichtlich
path-not-known = nicht bekannt
path-gate = { $gate }: Kopierer { $copier }, dieser Laptop { $laptop }
perform-copied = { $what } kopiert
player-the-lab-cannot-start = Das Labor kann nicht starten: { $problem }
preset-fills-in-server-port-encryption-and = Füllt Server, Port, Verschlüsselung und Sendeweg aus
preset-choose-a-service = Dienst wählen
probes-nothing-is-delivered-the-test-ends = Nichts wird zugestellt: der Test endet, bevor ein Absender genannt wird
probes-nothing-is-delivered-the-test-ends-2 = Nichts wird zugestellt: der Test endet beim Empfänger
probes-one-marked-test-message-is-delivered = Eine gekennzeichnete Testnachricht wird zugestellt; vorher werden Sie gefragt
probes-go-as-far-as = So weit gehen
probes-the-login = Anmeldung
probes-the-recipient = Empfänger
probes-a-real-message = Echte Nachricht…
probes-of = { $over } von { $all } · { $took }
probes-run-again = Noch einmal
probes-of-2 = { $over } von { $all } · { $time }
probes-of-3 = { $over } von { $all }
probes-ready = Bereit
probes-the-probes-need-at-least-the = Die Proben brauchen mindestens den Namen des Mailservers
probes-nothing-to-probe-yet = Noch nichts zu proben
probes-queued = Wartet
probes-skipped = Ausgelassen
probes-stopped = Angehalten
probes-under-1-ms = unter 1 ms
probes-ms = { $ms } ms
probes-queued-2 = wartet
probes-listen = Dem Kopierer zuhören…
rail-help-for-this-step = Hilfe zu diesem Schritt
rail-look = Aussehen
rail-back-to-the-start-screen = Zurück zum Start
start-finds-out-why-a-copier-no = Findet heraus, warum ein Kopierer keine Scans mehr per E-Mail sendet, und wie man es behebt
start-forget-the-unsaved-case = Nicht gespeicherten Fall vergessen
start-a-case-was-not-saved = Ein Fall wurde nicht gespeichert
start-was-not-saved = { $title } wurde nicht gespeichert
start-scanmedic-ended-before-it-was-what = ScanMedic endete vorher. Was getippt wurde, ist noch da.
start-go-on-with-it = Damit weiter
start-the-case-that-is-open-now = Der Fall, der gerade offen ist
start-go-on = Weiter
start-begin-with-the-copiers-address-or = Mit der Adresse oder dem Modell des Kopierers beginnen
start-a-file-that-ends-in-case = Eine Datei, die auf .case.ron endet
start-open = Öffnen…
start-read-evidence = Belege lesen
start-an-audit-log-a-protocol-log = Ein Audit-Protokoll, ein Sendeprotokoll, ein Mitschnitt oder ein Rückläufer; ohne Netz
start-faults-that-are-played-on-this = Fehler, die auf diesem Rechner gespielt werden, zum Lernen und Vorführen
start-recent-cases = Letzte Fälle
start-go-on-with = Weiter mit { $title }
state-not-saved = nicht gespeichert
state-saving = wird gespeichert
state-changed = geändert
state-saved = gespeichert
state-practice = Übung
state-not-saved-yet = noch nicht gespeichert
steps-file-not-read = Die Datei zurück an ihren Ort legen oder aus dem Fall nehmen; dann die Proben noch einmal starten
steps-see-the-files = Dateien ansehen
steps-mend-and-run-again = Nichts Getipptes ist verloren. Dies beheben, dann die Proben noch einmal starten.
steps-mail-to = Mail an { $device } unter { $server }
steps-practice = Übung
steps-no-server-yet = noch kein Server
transcript-nothing-yet = Noch nichts
transcript-sent-received-and-the-same-inside = -> gesendet, <- empfangen; ~> und <~ dasselbe in TLS; === was geschah
transcript-copy-transcript = Mitschrift kopieren
transcript-run-only-this = Nur diese starten
transcript-transcript = Mitschrift
verify-only-a-run-that-finds-no = Nur ein bestandener Test macht den Fall erledigt
verify-running-again-of = Läuft noch einmal, { $over } von { $all }
verify-the-last-run-that-was-saved = Der letzte gespeicherte Lauf
verify-nothing-has-run-yet = Noch ist nichts gelaufen
verify-run-the-probes-to-see-where = Starten Sie die Proben, um zu sehen, wo der Fall steht
verify-resolved-and-verified = Behoben und geprüft
verify-how-to-see-it = Woran man es sieht
verify-repeat = Gescheiterten Test wiederholen
verify-no-fault = Kein Fehler ist festgehalten
verify-no-fault-why = Ein wiederholter Test wird an einem Fehler gemessen, den ein Lauf gefunden hat
verify-the-fault = Der festgehaltene Fehler
verify-arrived = Kam seit der Reparatur ein Scan des Kopierers an?
verify-arrived-at-the-copier = Kam seit der Reparatur eine Nachricht beim Kopierer an?
verify-arrived-yes = Ja
verify-arrived-no = Nein
verify-arrived-not-tried = Nicht versucht
verify-passed = Der Test ist bestanden
verify-failed = Ein Fehler zeigt sich noch
verify-not-verified = Noch nicht geprüft
verify-as-the-copier = Dieser Rechner hat den Test mit den Einstellungen des Kopierers wiederholt; vorher war er hier gescheitert
verify-by-the-copier = Der Kopierer selbst wurde dabei gehört
verify-seen-by-person = Ein Mensch sah einen Scan des Kopierers ankommen
verify-both-runs = Vorher und nachher
verify-settings-changed = Geänderte Einstellungen
verify-changed = geändert
verify-the-same = gleich
verify-report = Bericht
verify-report-below = Eine Zusammenfassung, die der Kunde lesen kann, und alles Gesehene für den, der daran arbeitet
verify-customer = Erstellt für
verify-technician = Erstellt von
verify-names-shown = Namen und Adressen stehen dann im Bericht; Passwörter nie
verify-preview = Vorschau
verify-save = Speichern unter…
verify-bundle = Für ein Ticket packen…
verify-formats = Webseite, PDF, Markdown oder JSON, je nach Endung der Datei
verify-preview-tag = Vorschau
verify-hidden = { $count ->
    [0] nichts ist durch einen Platzhalter ersetzt
    [one] ein Name ist durch einen Platzhalter ersetzt
   *[other] { $count } Namen sind durch Platzhalter ersetzt
}
verify-written = { $path } ist geschrieben
verify-packed = { $path } ist gepackt
verify-packed-without = { $count ->
    [one] { $path } ist gepackt; eine Datei musste draußen bleiben
   *[other] { $path } ist gepackt; { $count } Dateien mussten draußen bleiben
}
wizard-knowledge-unreadable = Die Wissensdateien sind nicht lesbar
wizard-no-window = Das Fenster lässt sich nicht öffnen. Es braucht OpenGL 2.0, das über Remotedesktop und in virtuellen Maschinen oft fehlt. Starten Sie es am Rechner selbst, installieren Sie dessen Grafiktreiber, oder nehmen Sie das Programm scanmedic, das auf der Befehlszeile dasselbe tut. Was das System sagte: { $error }
word-back = Zurück
word-add-files = Dateien hinzufügen…
word-stop = Anhalten
word-cancel = Abbrechen
word-close = Schließen
word-settings = Einstellungen
word-failed = gescheitert
word-running = läuft
word-help = Hilfe
word-new-case = Neuer Fall
word-passed = durch
word-device = Gerät
word-mail-settings = Mail-Einstellungen
word-live-probes = Live-Proben
word-evidence = Belege
word-diagnosis = Diagnose
word-fix = Reparatur
word-passed-2 = Bestanden
word-failed-2 = Gescheitert
word-ruled-out = Ausgeschlossen
word-not-known = Nicht bekannt
word-the-copier = Der Kopierer
word-address = Adresse
word-identify = Erkennen
word-running-2 = Läuft
word-controller = Controller
word-highest-tls = Höchstes TLS
word-the-catalogue = dem Katalog
word-this-laptop = Dieser Laptop
word-gate = Tor
word-copier = Kopierer
word-practise = Üben
word-encryption = Verschlüsselung
word-login = Anmeldung
word-user-name = Benutzername
word-to = An
word-scan-size = Scangröße
word-mail-service = Maildienst
gate-device = Gerät
gate-resolve = Name
gate-connect = Verbindung
gate-greet = Begrüßung
gate-encrypt = Verschlüsseln
gate-certificate = Zertifikat
gate-authenticate = Anmelden
gate-sender = Absender
gate-recipient = Empfänger
gate-content = Inhalt
gate-deliver = Zustellen
probe-device = Kopierer erreichen
probe-resolve = Namen auflösen
probe-connect = Verbinden
probe-ports = Andere Mail-Ports
probe-greet = Begrüßung und EHLO
probe-encrypt = Verschlüsseln
probe-certificate = Zertifikat
probe-tls-versions = TLS-Versionen des Servers
probe-be-the-copier = Kopierer spielen
probe-authenticate = Anmelden
probe-envelope = Absender und Empfänger
probe-message = Testnachricht senden
probe-reputation = Ruf und DNS-Einträge
tls-accepted = angenommen
tls-refused = abgelehnt
certificate-trusted = Vertrauenswürdig: Kette, Name und Tage sind in Ordnung
certificate-not-trusted = Nicht vertrauenswürdig
certificate-subject = Inhaber
certificate-issuer = Aussteller
certificate-names = Namen
certificate-validity = Gültig
certificate-from-to = { $from } bis { $to }
certificate-key = Schlüssel
certificate-problems = Was daran falsch ist
listen-title = Dem Kopierer zuhören
listen-below = Dieser Rechner spielt den Mailserver: richten Sie den Kopierer auf ihn, drücken Sie Scan, und sehen Sie, was er wirklich tut
listen-type-into-the-copier = Dies in den Kopierer als Mailserver eingeben
listen-no-address = Kein Netz
listen-server-and-port = Port { $port }, sonst die Einstellungen, die scheitern
listen-port-wanted = Ein Port wird auch gebraucht
listen-port-problem = Ein Port ist eine Zahl von 1 bis 65535
listen-port-note = Jeder Port, den man dem Kopierer sagen kann; unter 1024 verlangen manche Systeme einen Administrator
listen-loopback = Diese Adresse erreicht nur Programme auf diesem Rechner, keinen Kopierer
listen-start = Zuhören
listen-stop = Nicht mehr zuhören
listen-nothing-arrives = Kommt nichts an?
listen-where-nothing-arrives = Wenn nichts ankommt
listen-same-network = Der Kopierer muss diesen Rechner erreichen: beide im selben Netz, kein Gastnetz, und die Firewall dieses Rechners lässt den Port herein
listen-undo = Danach, um es zurückzunehmen
listen-address = Adresse
listen-what = Dahinter
listen-play = Ein gespielter Server
listen-pass-on = Der echte Server
listen-tap-note = Alles wird unverändert an { $server } weitergereicht und nur beobachtet. In TLS ist dann nichts zu lesen, wohl aber sein Anfang.
listen-persona = Spielen
listen-near-route = auf dem Weg zum Kopierer
listen-near-same = im Netz des Kopierers
listen-near-other = ein anderes Netz
listen-near-link = nur am selben Kabel
listen-near-loopback = nur dieser Rechner
listen-what-arrives = Was ankommt
listen-listening = Hört zu
listen-press-scan = Warte auf den Kopierer. Drücken Sie dort Scan und senden Sie an irgendeine Adresse.
listen-not-yet = Noch nichts. Erst zuhören, dann am Kopierer Scan drücken.
listen-connections = { $count ->
    [one] { $count } Verbindung
   *[other] { $count } Verbindungen
}
listen-connection = Verbindung { $number } von { $peer }
listen-keep = Als Datei aufbewahren…
listen-kept = Das Gehörte ist aufbewahrt und gehört zu den Belegen
listen-seen = Gesehen
listen-diagnose = Mit dem Gehörten diagnostizieren
listen-runs-with-the-next = Das Gehörte zählt im nächsten Lauf

## Hilfe

help-device =
    Geben Sie Name oder Adresse des Kopierers ein und drücken Sie Erkennen: ScanMedic fragt ihn zugleich über SNMP, IPP und seine Webseite und trägt ein, was er antwortet. Jeder Wert sagt, woher er kommt, und Sie können ihn ändern.

    Ohne Netz wählen Sie Hersteller und Modell aus der Liste und übernehmen die Firmware-Version aus dem Konfigurationsbericht.

    Die Firmware-Version zählt am meisten: sie sagt, welche TLS-Versionen der Kopierer bieten kann.
help-mail =
    Übernehmen Sie die Einstellungen, wie sie auf dem Kopierer stehen, auch wenn sie falsch aussehen. Ist der Hersteller bekannt, sind die Bezeichnungen die seiner eigenen Bildschirme.

    Ein Maildienst aus der Liste füllt Server, Port und Verschlüsselung aus. Sätze unter einem Feld sagen, was nicht zusammenpassen kann.

    Das Passwort bleibt für diese Sitzung im Speicher. Es wird nie in den Fall, ein Protokoll oder einen Bericht geschrieben.
help-probes =
    ScanMedic geht den Weg eines Scans von diesem Laptop aus: Name, Verbindung, Begrüßung, Verschlüsselung, Zertifikat, Anmeldung, Absender und Empfänger. Es versucht ihn auch mit den Grenzen des Kopierers.

    Nichts wird zugestellt, solange Sie keine Testnachricht wählen, und dann wird vorher gefragt. Ein Klick auf eine Zeile zeigt, was gesagt wurde.

    Manche Ablehnung kommt erst, wenn eine ganze Nachricht übergeben wird. Ein Test, der vorher endet, kann sie nicht sehen.
help-listen =
    Der Laptop spielt den Mailserver. Geben Sie die Adresse, die hier groß steht, in den Kopierer als Mailserver ein, drücken Sie Scan, und sehen Sie, was er wirklich tut: welche TLS-Versionen er bietet, wie er sich anmeldet, was seine Uhr sagt.

    Kommt nichts an, kann der Kopierer diesen Laptop nicht erreichen: beide müssen im selben Netz sein, und die Firewall muss den Port hereinlassen.

    Kein Passwort wird behalten: es wird weggeworfen, bevor es angesehen wird. Das Gehörte wird zum Beleg und zählt mehr als das, was dieser Laptop selbst misst. Tragen Sie danach im Kopierer wieder den alten Server ein.
help-evidence =
    Fügen Sie das Audit- oder Sendeprotokoll des Kopierers hinzu, das Protokoll eines Mailservers, einen Mitschnitt oder einen Rückläufer. Ziehen Sie Dateien auf das Fenster oder wählen Sie sie aus.

    Geben Sie den Code oder den Satz vom Bedienfeld ein, wie er dort steht.

    Was ein Protokoll vom Kopierer zeigt, zählt mehr als das, was dieser Laptop misst. Die Tabelle lässt sich durchsuchen und filtern; ein Klick auf eine Marke der Zeitleiste zeigt, was da geschah.
help-diagnosis =
    Die zwei Bahnen zeigen, wie weit Kopierer und Laptop kommen. Das erste Tor, durch das der Kopierer nicht kommt, ist die Ursache; Fehler dahinter kommen als Nächstes.

    Bestätigt heißt: gesehen, von der ablehnenden Seite gesagt oder mit den Grenzen des Kopierers nachgestellt. Wahrscheinlich und möglich heißen weniger und sagen es.

    Ein Klick auf ein Tor zeigt seine Belege, ein Klick auf einen Grund zeigt ihn unter allen Belegen.
help-fix =
    Die Schritte stehen in der Reihenfolge, für diesen Kopierer und diesen Maildienst. Haken Sie sie ab; Haken und Notizen bleiben beim Fall.

    Menüwege und Befehle lassen sich kopieren.
help-verify =
    Wiederholen Sie nach der Reparatur den Test, der gescheitert ist. Nur ein bestandener Test macht den Fall erledigt.

    Der Bericht sagt dem Kunden in einfachen Worten, was falsch war und was getan wurde, und dem Techniker alles Gesehene. Namen, Adressen und Seriennummern werden durch Platzhalter ersetzt, wenn Sie nichts anderes sagen.

methods-title = Sendewege an diesem Standort
methods-below = Was hier gehen kann, das Beste zuerst, und warum die anderen nicht gehen
methods-works = kam durch
methods-possible = kann gehen
methods-unknown = ließ sich nicht feststellen
methods-cannot = kann nicht gehen
methods-present = jetzt eingestellt
diagnosis-confidence = { $percent } % nach dem Gewicht der Belege
probe-reception = Empfang des Kopierers

## Sendewege ganz, angekündigte Termine

methods-first-title = Vorher zu tun
methods-date = Angekündigt
methods-needs = In jedem Fall nötig
methods-limits = Grenzen
methods-more = Bedarf und Grenzen
methods-less = Weniger
methods-more-of = { $words }: { $name }
beside-announced = Vom Dienst angekündigt
beside-as-of = { $source }, Stand { $day }

## Ports und der Versand im Vergleich

ports-title = Mail-Ports des Servers
ports-port = Port
ports-network = Netz
ports-starttls = STARTTLS
ports-tls = TLS sofort
ports-speaks = Was dort spricht
ports-chosen = gewählt
ports-open = Offen
ports-refused = Abgewiesen
ports-blocked = Keine Antwort
ports-unreachable = Unerreichbar
ports-offered = { $way } angeboten
ports-not-offered = { $way } nicht angeboten
ports-not-known = { $way } nicht bekannt
ports-speaks-plain = SMTP ohne STARTTLS
ports-speaks-starttls = SMTP, das per STARTTLS zu TLS wechselt
ports-speaks-tls = TLS vom ersten Byte an
ports-speaks-turned-away = SMTP, das diesen Laptop abweist
ports-speaks-other = Etwas, das kein SMTP ist
ports-speaks-silent = Weder Begrüßung noch TLS
beside-title = Derselbe Versand im Vergleich
beside-below = Einmal so gut, wie es dieser Laptop kann, einmal nur mit dem, was der Kopierer kann
beside-step = Schritt
beside-as-the-copier = Wie der Kopierer
beside-not-done = nicht ausgeführt
beside-envelope = Absender und Empfänger
beside-outcome = Wie es ausging

## Anmelden

sign-in-title = Für ein Token anmelden
sign-in-below = { $authority } nennt eine Seite und einen Code; dort meldet sich jemand mit dem Konto des Kopierers an. Jeder Lauf fragt neu, denn kein Token wird aufbewahrt.
sign-in-below-unknown = Wer für diesen Maildienst Token ausgibt, ist hier nicht bekannt; die Adressen stehen in seiner Dokumentation. Jeder Lauf fragt neu, denn kein Token wird aufbewahrt.
sign-in-client-id = Client-ID
sign-in-tenant = Organisation
sign-in-device-endpoint = Adresse für den Code
sign-in-token-endpoint = Adresse für das Token
sign-in-scope = Berechtigungen
sign-in-not-ready = Braucht die Client-ID der Anwendung, die für den Kopierer registriert ist, und Adressen, die mit https:// beginnen
sign-in-try = Anmeldung probieren
sign-in-asking = Ein Code wird angefordert
sign-in-open = Diese Seite öffnen, an irgendeinem Rechner oder Telefon:
sign-in-page = Seite
sign-in-enter = Dort diesen Code eingeben und sich mit dem Konto des Kopierers anmelden:
sign-in-code = Code
sign-in-copy-code = Code kopieren
sign-in-waiting = Wartet auf die Anmeldung; der Code endet in { $left }
sign-in-stop = Anmeldung abbrechen
sign-in-run-waits = Der Lauf wartet auf eine Anmeldung
sign-in-done = Angemeldet
sign-in-done-but = Angemeldet, aber das Token ansehen
sign-in-account = Konto
sign-in-permissions = Berechtigungen
sign-in-ends = Gültig bis
sign-in-thrown-away = Das Token wurde angesehen und verworfen.
sign-in-refused = Kein Token
sign-in-advice-declined = Jemand hat abgelehnt oder ein anderes Konto gewählt. Noch einmal versuchen, mit dem Konto des Kopierers.
sign-in-advice-expired = Noch einmal versuchen; der Code muss eingegeben werden, bevor er endet.
sign-in-advice-unreachable = Prüfen, ob dieser Laptop ins Internet kommt und keine Firewall und kein Proxy vor der Anmeldestelle steht.
sign-in-advice-unreadable = Die Adressen prüfen; was dort antwortet, ist keine Anmeldestelle für OAuth 2.0 oder eine Seite dazwischen.
sign-in-advice-client = Die Client-ID prüfen und ob die Registrierung der Anwendung öffentliche Clients mit Gerätecode erlaubt.
sign-in-advice-scope = Die Berechtigungen prüfen; die Anwendung muss für das Senden per SMTP registriert sein.
sign-in-advice-other = Die Verwaltung der Organisation findet diesen Versuch mit dem Grund im Anmeldeprotokoll der Anmeldestelle.
mail-token-for-the-test = Token für den Test
mail-token = Zugriffstoken

## SNMP

snmp-title = Wie SNMP fragt
snmp-below = Ohne Angabe fragt es als Version 2c und 1 mit der Community, die fast jeder Kopierer annimmt.
snmp-set = Community oder Benutzer…
snmp-hide = Einklappen
snmp-community = Community
snmp-user = Benutzer für Version 3
snmp-user-hint = Leer: Version 3 wird nicht gefragt
snmp-auth = Signatur
snmp-auth-password = Passwort der Signatur
snmp-privacy = Verschlüsselung
snmp-privacy-password = Passwort der Verschlüsselung
snmp-context = Kontext
snmp-context-hint = Die meisten Geräte haben keinen
snmp-none = Keine
snmp-password-wanted = Hier fehlt ein Passwort, bei den meisten Geräten mit mindestens 8 Zeichen
snmp-signing-wanted = Verschlüsselung braucht auch eine Signatur
snmp-not-kept = Die Passwörter bleiben im Speicher, bis das Programm geschlossen wird; sie stehen in keiner Datei

## Lesen

evidence-reading = { $name } wird gelesen: { $percent } %
evidence-reading-files = Die Dateien werden gelesen

## Bericht: was verborgen wird, und das eigene Haus

verify-hide = Platzhalter stehen für
verify-hide-accounts = Kontonamen und Mailadressen
verify-hide-addresses = Adressen des Netzes
verify-hide-hosts = Namen von Rechnern und Domänen
verify-hide-serials = Seriennummern und Hardwareadressen
house-title = Ihr Haus
house-below = Steht auf jedem Bericht und bleibt für den nächsten
house-name = Name
house-colour = Farbe
house-logo = Logo
house-logo-note = PNG oder JPEG, höchstens 512 kB
house-logo-taken = Das Logo ist verwendbar
house-choose = Bild wählen…
house-none = Kein Logo
behind-choose-logo = Logo wählen
timeline-toggle = Zeitachse

## wo das System keinen Dateidialog hat

dialogs-no-picker = Diese Oberfläche bietet keinen Dateidialog; den Pfad eingeben oder die Datei auf das Fenster ziehen.
dialogs-path = Pfad der Datei
dialogs-take-path = Diese Datei nehmen
