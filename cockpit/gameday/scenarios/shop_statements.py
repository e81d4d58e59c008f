"""How the programs of the shop use its database, well and badly."""

from msgspec.structs import replace

from cockpit.gameday.postgres import shop_database
from cockpit.gameday.postgres.use import DatabaseUse, Habit

PAYMENT_SECONDS = 900.0
"""How long the payment provider keeps api 1.4.2 waiting."""
REPORT_SECONDS = 3600.0

_SPENT = (
    "SELECT c.name, (SELECT sum(o.total) FROM orders o WHERE o.customer_id = c.id) AS spent"
    " FROM customers c WHERE c.id BETWEEN {customer} AND {customer} + 29"
)
"""A page of customers: 0.2 ms with the index on orders, some 200 ms without it."""
_PAGE = Habit((_SPENT,))
_CHECKOUT = Habit(
    (
        "UPDATE items SET stock = stock - 1 WHERE id = {item}",
        "UPDATE orders SET state = 'paid' WHERE id = {order}",
    ),
    every=1.5,
)
API = DatabaseUse(shop_database.API, migrations=(shop_database.MAKE_INDEX,), habits=(_PAGE, _CHECKOUT))
API_LEAKING = replace(
    API, habits=(*API.habits, Habit(("SELECT price, stock FROM items WHERE id = {item}",), every=2.0, leaks=True))
)
"""Some path through the program does not give its connection back to the pool."""
API_DAWDLING = replace(
    API,
    habits=(
        *API.habits,
        Habit(
            (
                "BEGIN",
                "SELECT id, price, stock FROM items WHERE id <= 20 ORDER BY id FOR SHARE",
                PAYMENT_SECONDS,
                "COMMIT",
            ),
            connections=2,
        ),
    ),
)
"""It asks the payment provider between BEGIN and COMMIT; the worker wants one of the rows that it has locked."""
API_UNINDEXED = replace(API, migrations=(shop_database.DROP_INDEX,))
WORKER = DatabaseUse(
    shop_database.WORKER,
    habits=(
        Habit(("UPDATE orders SET state = 'shipped' WHERE id = {order}",), every=2.0),
        Habit(("UPDATE items SET stock = greatest(stock, 500) WHERE id = 1",), every=3.0),
    ),
)
_COUNT = "SELECT state, count(*), sum(total) FROM orders GROUP BY state"
REPORT = DatabaseUse(shop_database.REPORT, habits=(Habit((_COUNT,), every=30.0),))
REPORT_LONG = DatabaseUse(
    shop_database.REPORT, habits=(Habit(("BEGIN", _COUNT, REPORT_SECONDS, "COMMIT"), gives_up=True),)
)
REPORT_SPILLING = DatabaseUse(
    shop_database.REPORT,
    habits=(Habit(("SELECT count(*) AS pairs FROM orders a, pg_sleep(3600)",)),),
)
"""A statement that is at work for an hour; its temporary files are as large as the practice AWS says that the storage
has become smaller, and take no room on the disk (`cockpit.gameday.postgres.spill`)."""
ADD_NOTE = DatabaseUse(
    shop_database.MIGRATE, migrations=("ALTER TABLE orders ADD COLUMN IF NOT EXISTS note text NOT NULL DEFAULT ''",)
)
