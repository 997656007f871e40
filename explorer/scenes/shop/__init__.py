"""A small made shop: products with pictures, a second catalogue, baskets, terms, questions, names, texts, tables."""

from explorer.scenes.shop.drawing import draw_product
from explorer.scenes.shop.files import write_shop
from explorer.scenes.shop.products import Product, shop_products

__all__ = ["Product", "draw_product", "shop_products", "write_shop"]
