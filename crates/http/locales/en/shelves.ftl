## Masthead
seek = Search
seek-hint = Product, brand or seller
all-deals = All deals

## Home
home-hot = Going fast
home-ending = Ending soon
see-all = See all
see-over = See past deals
all-over = Every deal of this festival is over. Thank you for coming.
bell-never = The first deals will be announced soon
bell-over = This festival is over

## Lists
deals-found =
    { $count } { $count ->
        [one] deal
       *[other] deals
    }
bells = By time
time-open = Open now
time-next = Still to come
time-over = Ended
list-sort = Sort by
sort-bell = Newest first
sort-next = Opening soonest
sort-ended = Ended last
sort-fit = Best match
sort-ending = Ending soonest
sort-discount = Biggest discount
sort-cheap = Lowest price
sort-dear = Highest price
list-filters = Filters
filters-set = Filters in use
filters-clear = Clear all filters
filter-off = remove filter
list-discount = Discount
discount-any = Any
discount-from = { $percent }% off or more
only-left = Only what is still available
only-members = Only members’ deals
price-range = Price ({ $currency })
price-least = From
price-most = To
price-from-to = { $price } or more
price-up-to = { $price } or less
price-unread = Please write prices in digits, such as 30000.
sought = Results for “{ $typed }”
list-of = This list is as of { $moment }. Its order stays while you browse.
list-anew = Refresh
seek-what = Type the name of a product, a brand or a seller.
none-so = No deal fits. Try fewer filters.
none-called = No deal is called that. Try other words.
none-then = There are no deals at that time.
whenever = Show deals of any time

## The line
line-lost = The connection is lost. Quantities are the last we heard.
line-found = Connected again.
offline-title = You are offline
offline-note = You can go on once you are connected. What you hold stays held until its clock runs out.
