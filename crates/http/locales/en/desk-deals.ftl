## Deals at the desk
state-all = All
at-desk-timeline = Timeline
at-desk-products = Products
deals-export = Export
deals-import = Import
deals-filter = Filter deals
deals-text = Deal id, product, brand
at-desk-seller = Seller
at-desk-all-sellers = All sellers
at-desk-category = Category
at-desk-all-categories = All categories
at-desk-day = Day
at-desk-only = Look at
at-desk-only-any = Everything
at-desk-only-sold-out = Sold out
at-desk-only-untouched = Nothing claimed
at-desk-sort = Sort
at-desk-sort-usual = Usual order
at-desk-sort-starts = Starts first
at-desk-sort-starts-last = Starts last
at-desk-sort-ends = Ends first
at-desk-sort-claimed = Most claimed
at-desk-sort-claimed-least = Least claimed
at-desk-sort-available = Fewest left
at-desk-sort-waiting = Most waiting
at-desk-filter-apply = Apply
at-desk-filter-clear = Clear
at-desk-deals-found = Deals: { $count }
deals-none-found = No deal fits. Try other filters.
at-desk-window = Window
at-desk-price = Price
at-desk-choose = Choose
at-desk-choose-deal = Choose { $deal }
at-desk-choose-all = Choose all on this page
at-desk-page-of = Page { $page } of { $pages }
bulk = Change many
bulk-choose = Choose deals to change them together.
bulk-chosen = { $count } chosen
bulk-all = All { $count } that match
bulk-what = What to do
bulk-move = Move in time
bulk-reprice = Reprice
bulk-add = Add units
bulk-duplicate = Duplicate
bulk-end = End now
bulk-next = Next
bulk-title = Change { $count ->
        [one] one deal
       *[other] { $count } deals
    }
bulk-preview = Preview
bulk-minutes = Minutes later (negative: earlier)
bulk-percent = Percent (negative: lower)
bulk-units = Units for each SKU
bulk-step = Round down to
bulk-number-wrong = Please enter a whole number other than 0.
bulk-effect = Effect
bulk-came = What came of it
bulk-goes = Goes
bulk-yes = Yes
bulk-sum = { $count } will change; { $stays } stay as they are.
bulk-do-move = Move { $count ->
        [one] one deal
       *[other] { $count } deals
    }
bulk-do-reprice = Reprice { $count ->
        [one] one deal
       *[other] { $count } deals
    }
bulk-do-add = Add units to { $count ->
        [one] one deal
       *[other] { $count } deals
    }
bulk-do-duplicate = Duplicate { $count ->
        [one] one deal
       *[other] { $count } deals
    }
bulk-do-end = Yes, end { $count ->
        [one] one deal
       *[other] { $count } deals
    } now
bulk-done = { $count } done, { $refused } refused.
bulk-back = To the deals
effect-ends = Ends. { $available } units return to stock, { $waiting } waiting lose their places, { $held } held stay.
effect-gets = { $units } more units (now { $allotted })
effect-moves = { $from } → { $to }
effect-copied = { $deal }: { $to }, { $units } units
chore-under-way = Working on it
chore-progress = { $done } of { $total }
chore-leave = It goes on when you leave this page.
chore-look = Refresh
deal-move = Move
deal-move-now = Move it
deal-duplicate = Duplicate
at-desk-window-now = Now
at-desk-history = History
at-desk-history-none = Nothing was changed yet.
at-desk-take-back = Take back
at-desk-free = Free
at-desk-free-units = { $count } free
at-desk-yes = Yes
at-desk-no = No
at-desk-hold-lasts = Hold
at-desk-extensions = More time for a hold
at-desk-extensions-none = cannot be made longer
at-desk-extensions-allowed =
    { $times ->
        [one] once
       *[other] up to { $times } times
    } by { $span }, while nobody waits
at-desk-extensions-times = More time, how often (0 for never)
at-desk-extension-seconds = More time, seconds each
at-desk-extensions-hint = Shoppers take it in the cart, as long as nobody waits.
at-desk-extensions-many = { $most } times at most.
at-desk-extensions-both = Say both how often and how long, or 0 in both.
at-desk-payment-lasts = Payment deadline
at-desk-deposit-lasts = Deposit deadline
deed-deal-schedule = Made
deed-deal-change = Terms changed
deed-deal-reprice = Price changed
deed-deal-add_allotment = Units added
deed-deal-allow_extensions = More time for holds changed
deed-deal-end = Ended
at-desk-term-starts-at = Starts
at-desk-term-ends-at = Ends
at-desk-term-hold-seconds = Hold, seconds
at-desk-term-times = More time, how often
at-desk-term-seconds = More time, seconds each
at-desk-term-payment-seconds = Payment, seconds
at-desk-term-deposit-seconds = Deposit, seconds
at-desk-term-limit = Limit
at-desk-term-members-only = Members only
at-desk-term-verified-only = Verified only
at-desk-term-deduct-on-payment = Deduct on payment
at-desk-term-waitlist-max = Waitlist
at-desk-term-price = Price
at-desk-term-allotted = Allotted
said-deal-unmade = The deal was withdrawn before its start; its units went back to stock, and its id cannot be used again.
stock-add-effect = Deal { $allotted } → { $allotted-then }, free stock { $free } → { $free-then }
stock-add-waiting = Those who wait are served at once: { $waiting }.
stock-add-fast = What is added cannot be taken out before the deal is over.
stock-add-now = Add these units
said-deal-moved = The deal was moved.
said-deal-taken-back = It was taken back.
form-what = What is sold
form-when = When
form-terms = Terms
at-desk-form-wrong = Please check the marked fields.
form-changed-meanwhile = Somebody else changed this in the meantime. Please look at what they changed first; if you save again, what stands here replaces it.
form-no-product = Find a product above and choose it.
form-no-units = Enter units for at least one SKU.
form-foreseen = Please note
form-all-the-same = Understood, make it
product-find = Find a product
product-find-hint = By name, product id, SKU or brand.
products-none-found = No product found.
deal-id-hint = Left blank, it is made of the SKU and the start.
deal-id-long = The id is too long.
price-otherwise = Usual price
deal-price = Deal price
at-desk-discount = Discount
at-desk-units = Units
at-desk-remove = Remove
at-desk-price-of = Deal price of { $name }
at-desk-units-of = Units of { $name }
at-desk-remove-of = Remove { $name }
started-hint = It has begun: its start stands.
at-desk-time-wrong = Enter a date and a time.
times-order = The end must be after the start.
ends-past = The end is past already.
at-desk-number-wrong = Enter a whole number of { $least } or more.
span-long = Too long: less than 49 days, please.
units-wrong = Enter a whole number of 1 or more.
units-short = Only { $free } are free.
at-desk-price-wrong = Enter a price above 0 in { $currency }.
waitlist-on-payment = With deduction on payment there is no waitlist: enter 0.
warn-opens-at-once = Its start is past: it opens at once.
warn-overlaps = { $sku } is in deal { $deal } at the same time.
warn-no-cheaper = { $sku } is no cheaper than its usual { $amount }.
warn-other-currency = { $sku} is priced in { $product }, the deal in { $deal }.
warn-short = Only { $free } of { $sku } are free.
