//! A payment provider that opens every try at once: what another machine does is not measured.

use clerks::ports::{
    OpenPayment, OpenedPayment, PaymentProvider, ProviderFault, ProviderFuture, ProviderPayment,
    ProviderRefund,
};
use money::Amount;
use vocabulary::{PaymentId, RefundId};

/// The provider.
pub struct Instant;

fn only_opens<T: Send + 'static>() -> ProviderFuture<'static, T> {
    Box::pin(async { Err(ProviderFault::Unavailable("it only opens".to_owned())) })
}

impl PaymentProvider for Instant {
    fn open(&self, _: OpenPayment) -> ProviderFuture<'_, OpenedPayment> {
        let opened = OpenedPayment {
            redirect_url: "https://pay.example/".to_owned(),
            account: None,
        };
        Box::pin(async { Ok(opened) })
    }

    fn look(&self, _: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        only_opens()
    }

    fn capture(&self, _: PaymentId, _: Amount) -> ProviderFuture<'_, ProviderPayment> {
        only_opens()
    }

    fn void(&self, _: PaymentId) -> ProviderFuture<'_, ProviderPayment> {
        only_opens()
    }

    fn refund(&self, _: RefundId, _: PaymentId, _: Amount) -> ProviderFuture<'_, ProviderRefund> {
        only_opens()
    }
}
