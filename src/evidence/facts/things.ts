/** Names of what belongs to the house: everyone uses it, and its staff looks after it. */
export const ofTheHouse =
  /^(products?|(sub-?_?)?categor(y|ies)|coupons?|discounts?|promo(tion|code)?s?|brands?|banners?|sliders?|(site-?)?settings?|config(uration)?s?|plans?|roles?|permissions?|permitions?|tax(es)?|faqs?|stocks?|inventory|payment-?_?keys?|genres?|departments?|vouchers?|warehouses?|suppliers?|delivery-?_?(options?|charges?|methods?)|shipping-?_?(options?|charges?|methods?)|currenc(y|ies)|countries|movies|books)$/i
