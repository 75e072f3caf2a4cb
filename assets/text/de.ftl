evidence-records = { $count ->
    [one] { $count } Eintrag
   *[other] { $count } Einträge
}
