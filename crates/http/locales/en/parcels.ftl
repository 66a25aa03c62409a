## Parcels
parcels = Delivery
parcel-units = { $units ->
    [one] 1 unit
   *[other] { $units } units
}
parcel-follow = Follow
parcel-unsaid = Carrier not named yet
parcel-fill-in = Fill in carrier and number
parcel-mend = Correct
parcel-mend-title = Correct a parcel
parcel-mend-now = Correct it
parcel-arrive = Record its arrival
parcel-arrive-effect = The buyer is told that it was delivered, and the time to send it back runs. This cannot be undone.
ship-title = Record a shipment
ship-now = Record the shipment
ship-note = The buyer is told that it was shipped, and this cannot be undone. With a carrier and a tracking number the buyer can follow the parcel; both may stay blank and be filled in later.
ship-left = { $units } not shipped yet.
ship-units-wrong = Please check how many units leave.
carrier = Carrier
carrier-hint = If it is not in the list, type its name; there will be no tracking link then.
carrier-wrong = Please name the carrier, in at most 40 characters.
tracking-number = Tracking number (optional)
tracking-number-wrong = A tracking number has 4 to 40 characters: letters, digits, dashes and blanks.
said-shipped = The shipment is recorded.
said-parcel-mended = The parcel is corrected.
said-parcel-arrived = The arrival is recorded.
