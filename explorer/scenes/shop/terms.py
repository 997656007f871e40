"""The shop's glossary, and the columns of tables that its suppliers send."""

TERMS: dict[str, tuple[str, str]] = {
    "product_name": ("product name", "What a product is called on the shelf and on the bill."),
    "product_number": ("product number", "The number by which the shop knows a product, once for each."),
    "brand": ("brand", "Under which name a product is made and sold."),
    "price": ("retail price", "What a customer pays for one piece, tax included, in euros."),
    "purchase_price": ("purchase price", "What the shop pays the supplier for one piece, without tax."),
    "discount": ("discount", "Part of the price that is taken off during a sale, in per cent."),
    "tax_rate": ("tax rate", "Share of the price that goes to the state, in per cent."),
    "weight": ("net weight", "How heavy one piece is without its box, in grams."),
    "gross_weight": ("gross weight", "How heavy one piece is with its box, in grams."),
    "height": ("height", "From the lowest to the highest point of a thing, in centimetres."),
    "width": ("width", "From the left to the right side of a thing, in centimetres."),
    "capacity": ("capacity", "How much a vessel holds, in litres."),
    "material": ("material", "What a thing is made of."),
    "colour": ("colour", "Which colour a thing has at first sight."),
    "stock": ("stock on hand", "How many pieces lie in the shop and its store now."),
    "reorder_level": ("reorder level", "When so few pieces are left, new ones are ordered."),
    "supplier": ("supplier", "The firm that brings a product to the shop."),
    "lead_time": ("lead time", "Days between an order and its arrival."),
    "order_number": ("order number", "The number that an order is known by."),
    "order_date": ("order date", "The day on which a customer ordered."),
    "delivery_date": ("delivery date", "The day on which an order reaches the customer."),
    "customer_name": ("customer name", "First and last name of the person who buys."),
    "street": ("street address", "Street and number of the house to which goods are sent."),
    "postal_code": ("postal code", "The digits by which a post office knows a town."),
    "phone": ("telephone number", "The number under which a person can be called."),
    "email": ("e-mail address", "Where letters to a person are sent electronically."),
    "payment": ("payment method", "How a bill is paid: by card, by transfer or in cash."),
    "quantity": ("quantity ordered", "How many pieces of a product an order asks for."),
    "return_reason": ("reason for return", "Why a customer sent something back."),
    "warranty": ("warranty period", "Months during which a fault is mended without charge."),
    "country": ("country of origin", "The land in which a thing was made."),
    "rating": ("customer rating", "How content buyers were, from one star to five."),
    "shelf": ("shelf location", "Where in the store a product lies: aisle, rack and board."),
    "barcode": ("bar code", "The lines and digits that a till reads."),
    "category": ("product category", "The group of goods to which a product belongs."),
    "launch_date": ("launch date", "The day from which on a product is sold."),
}
"""By its id: the label and the description of each term."""

COLUMNS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "ProductList",
        (
            ("prodNo", "product_number"),
            ("ProductName", "product_name"),
            ("maker_brand", "brand"),
            ("retailPrice", "price"),
            ("netWeight_g", "weight"),
            ("mat", "material"),
            ("clr", "colour"),
            ("EAN", "barcode"),
            ("prod_cat", "category"),
        ),
    ),
    (
        "Deliveries",
        (
            ("suppl", "supplier"),
            ("leadTimeDays", "lead_time"),
            ("grossWt", "gross_weight"),
            ("purch_price", "purchase_price"),
            ("ctry_origin", "country"),
            ("qty", "quantity"),
        ),
    ),
    (
        "CustomerOrders",
        (
            ("ordNo", "order_number"),
            ("orderDate", "order_date"),
            ("deliv_dt", "delivery_date"),
            ("custName", "customer_name"),
            ("street_addr", "street"),
            ("ZIP", "postal_code"),
            ("tel", "phone"),
            ("e_mail", "email"),
            ("payMethod", "payment"),
            ("disc_pct", "discount"),
        ),
    ),
    (
        "Stockroom",
        (
            ("stockOnHand", "stock"),
            ("reorder_lvl", "reorder_level"),
            ("shelfLoc", "shelf"),
            ("hgt_cm", "height"),
            ("wdth_cm", "width"),
            ("cap_l", "capacity"),
            ("checked_by", ""),
        ),
    ),
    (
        "AfterSales",
        (
            ("returnReason", "return_reason"),
            ("warrantyMonths", "warranty"),
            ("stars", "rating"),
            ("VAT", "tax_rate"),
            ("launchDt", "launch_date"),
            ("moonPhase", ""),
        ),
    ),
)
"""Tables, each with its columns and the id of the term that each is, "" for none."""


def glossary_rows() -> list[dict[str, object]]:
    """Id, label and description of each term."""
    return [{"id": one, "label": label, "description": told} for one, (label, told) in TERMS.items()]


def column_rows() -> list[dict[str, object]]:
    """Each column with its table, the columns beside it, and the term that it is."""
    return [
        {
            "id": f"{table}: {name}",
            "column": name,
            "table": table,
            "siblings": "; ".join(other for other, _ in columns if other != name),
            "term": term,
        }
        for table, columns in COLUMNS
        for name, term in columns
    ]
