## Delivery: addresses, wishes, what it comes to
bill-listed = List price
bill-saved = You save
goods-of =
    { $count ->
        [one] 1 item
       *[other] { $count } items
    }
nothing-picked = Pick what you want to order.
field-optional = { $field } (optional)
address-country = Country
change-country = Show this country’s form
choose-one = Choose one
address-province = Province or state
address-province-CN = Province
address-province-US = State
address-city = City
address-city-CN = City and district
address-line1-CN = Street and number
line1-hint-KR = For example 서울특별시 중구 세종대로 110
line1-hint-US = For example 350 Fifth Avenue
line1-hint-CN = For example 世纪大道 100 号
address-line2-KR = Building, flat, floor
address-line2-US = Apartment, suite
address-postcode-US = ZIP code
phone-hint = Begin with { $dial }.
phone-hint-KR = For example 010-1234-5678
postcode-hint = For example { $example }
find-address = Find address
find-address-by = Road and number, or postcode
find-address-hint = For example 서울 중구 세종대로 110, or 04524
find-now = Find
find-failed = Addresses cannot be looked up right now. Please type yours below.
addresses-found =
    { $count ->
        [0] Nothing found. Check the road and the number.
        [one] One address found. Choose where it should go.
       *[other] { $count } addresses found. Choose where it should go.
    }
type-yourself = Type it yourself
field-choose = Choose one.
field-not-served = We do not deliver to this country yet.
field-postcode = Check the postcode.
save-address = Keep this address for next time
sum-anew = Work out the total for this address
choose-address = Deliver to
first-choice = Default
other-address = Another address
to-addresses = Manage addresses
contact-reach = Contact
email-hint = We write here about your order and its delivery.
courier-wishes = Delivery wishes
drop-off = Where should it be left?
drop-off-door = At the door
drop-off-guard = With the guard
drop-off-locker = Parcel locker
drop-off-hand = In my hands
entrance-code = Entrance code (optional)
entrance-code-hint = Erased as soon as everything has arrived.
back-to-cart = Back to the cart
addresses = Addresses
me-addresses-note = Where your parcels go
addresses-none = No address is saved yet.
addresses-full = You can keep { $count } addresses. Delete one to add another.
add-address = Add an address
change-address = Change address
make-first = Make default
use-first = Use as my default address
address-edit = Change
address-delete = Delete
address-delete-now = Delete this address
address-save = Save
said-address-saved = The address is saved.
said-address-deleted = The address is deleted.
said-address-book-full = Your address book is full. Delete an address and save again.
said-deposit-told = Your refund account and cash receipt are saved.

## The cart
sum-picked = Work out the total of what is picked
cart-shipping-note = Jeju and islands may cost more to ship to; you see it as soon as you enter the address.
cart-lapsed-note = Their time ran out. What is left can be held again at the same deal price.
wait-for-it = Join the waitlist
see-others = See other deals
ships-free-in = { $seller }: { $amount } more ships free

## Payment
field-number = Check the number.
method-card-text = You enter the card on the payment provider’s page and pay at once.
method-wallet-text = You pay with the wallet or bank app you use.
method-deposit-text = You transfer to the account we name before the deadline.
instalments = Instalments
instalments-none = Pay at once
instalments-of = { $months } months
refund-account = Refund account (optional)
refund-account-note = If your transfer has to go back, it goes here.
refund-bank = Bank
refund-number = Account number
refund-holder = Account holder
cash-receipt = Cash receipt
receipt-none = None
receipt-income = Income deduction
receipt-expense = Proof of expense
receipt-number = Mobile or business number
goes-back = Refund account: { $account }
desk-entrance-code = Entrance code { $code }

## Countries
country-name-KR = South Korea
country-name-CN = China
country-name-US = United States
country-name-AT = Austria
country-name-BE = Belgium
country-name-BG = Bulgaria
country-name-CY = Cyprus
country-name-CZ = Czechia
country-name-DE = Germany
country-name-DK = Denmark
country-name-EE = Estonia
country-name-ES = Spain
country-name-FI = Finland
country-name-FR = France
country-name-GR = Greece
country-name-HR = Croatia
country-name-HU = Hungary
country-name-IE = Ireland
country-name-IT = Italy
country-name-LT = Lithuania
country-name-LU = Luxembourg
country-name-LV = Latvia
country-name-MT = Malta
country-name-NL = Netherlands
country-name-PL = Poland
country-name-PT = Portugal
country-name-RO = Romania
country-name-SE = Sweden
country-name-SI = Slovenia
country-name-SK = Slovakia
