//! Finding what a command names, or refusing.

use crate::deals::Deal;
use crate::ledger::Ledger;
use crate::orders::{Line, Order};
use crate::slab::Row;
use crate::stock::Sku;
use crate::turn::refuse_if;
use vocabulary::{
    CheckoutId, DealId, OrderId, OrderState, PaymentId, RefundId, Refusal, SellerId, SkuId,
};

impl Ledger {
    pub(crate) fn known_seller(&self, seller: SellerId) -> Result<(), Refusal> {
        refuse_if(!self.sellers.knows(seller), Refusal::SellerUnknown)
    }

    pub(crate) fn known_sku(&self, sku: SkuId) -> Result<&Sku, Refusal> {
        self.stock.find(sku).ok_or(Refusal::SkuUnknown)
    }

    pub(crate) fn known_deal(&self, deal: DealId) -> Result<&Deal, Refusal> {
        self.deals.find(deal).ok_or(Refusal::DealUnknown)
    }

    /// The deal, and where its pool of the SKU lies.
    pub(crate) fn known_pool(&self, deal: DealId, sku: SkuId) -> Result<(&Deal, Row), Refusal> {
        let deal = self.known_deal(deal)?;
        let pool = self.deals.find_pool(deal, sku);
        Ok((deal, pool.ok_or(Refusal::SkuNotInDeal)?))
    }

    pub(crate) fn known_checkout(&self, checkout: CheckoutId) -> Result<Row, Refusal> {
        self.checkouts
            .find(checkout)
            .ok_or(Refusal::CheckoutUnknown)
    }

    pub(crate) fn known_order(&self, order: OrderId) -> Result<(Row, &Order), Refusal> {
        let row = self.orders.find(order).ok_or(Refusal::OrderUnknown)?;
        Ok((row, &self.orders[row]))
    }

    pub(crate) fn known_line(&self, order: Row, line: u8) -> Result<&Line, Refusal> {
        self.orders
            .find_line(order, line)
            .ok_or(Refusal::LineUnknown)
    }

    /// The line of a paid order, to which something happens after the payment.
    pub(crate) fn paid_line(&self, order: OrderId, line: u8) -> Result<(Row, &Line), Refusal> {
        let (row, order) = self.known_order(order)?;
        let line = self.known_line(row, line)?;
        refuse_if(order.state != OrderState::Paid, Refusal::NotPaid)?;
        Ok((row, line))
    }

    /// The berth of a try's checkout, and where the try lies.
    pub(crate) fn known_payment(&self, payment: PaymentId) -> Result<(Row, Row), Refusal> {
        self.find_payment(payment).ok_or(Refusal::PaymentUnknown)
    }

    pub(crate) fn known_refund(&self, refund: RefundId) -> Result<Row, Refusal> {
        self.refunds.find(refund).ok_or(Refusal::RefundUnknown)
    }
}
