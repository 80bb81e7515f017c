"""Capture Payments: a card or a bank account by keys (reference 2.18, rest-api.md 8.3)."""

from __future__ import annotations

from mockstudio.flows.events import FlowEvent
from mockstudio.flows.execution import HANGUP
from mockstudio.flows.widgets.base import Visit
from mockstudio.flows.widgets.twiml import Tag
from mockstudio.flows.widgets.twiml_widget import TwimlWidget, attribute, named_values

PAY_COMPLETE = "payComplete"
PROVIDER_ERROR = "providerError"
OUTCOMES = {
    "success": "success",
    "too-many-failed-attempts": "maxFailedAttempts",
    "payment-connector-error": PROVIDER_ERROR,
    "internal-error": PROVIDER_ERROR,
    "caller-interrupted-with-star": "payInterrupted",
    "caller-hung-up": HANGUP,
    "validation-error": "validationError",
}
"""What each Result leads to; an unknown one is a `providerError`, the event for mishaps that are
not the caller's."""

ATTRIBUTES = {
    "paymentConnector": "payment_connector",
    "tokenType": "payment_token_type",
    "chargeAmount": "payment_amount",
    "currency": "currency",
    "description": "description",
    "language": "language",
    "timeout": "timeout",
    "maxAttempts": "max_attempts",
    "securityCode": "security_code",
    "postalCode": "postal_code",
    "minPostalCodeLength": "min_postal_code_length",
}
"""The properties that are attributes of Pay as they stand, by attribute."""

DEFAULTS = {
    "currency": "usd",
    "timeout": 5,
    "max_attempts": 2,
    "security_code": True,
    "postal_code": "true",
}
CARD_TYPES = {"master-card": "mastercard"}
"""The cards that TwiML spells otherwise."""


class CapturePayments(TwimlWidget):
    """Prints a Pay; its Result decides."""

    type = "capture-payments"
    accepts = (PAY_COMPLETE, HANGUP)

    def verbs(self, visit: Visit) -> list[Tag]:
        """Return the Pay."""
        plain = {
            name: attribute(visit, source, DEFAULTS.get(source))
            for name, source in ATTRIBUTES.items()
        }
        attributes = {
            "action": visit.action_url(PAY_COMPLETE),
            "paymentMethod": _hyphened(visit, "payment_method", "CREDIT_CARD"),
            "bankAccountType": _hyphened(visit, "bank_account_type"),
            "validCardTypes": _card_types(visit),
            **plain,
        }
        return [Tag("Pay", attributes, children=named_values("Parameter", visit, "parameters"))]

    def outcome(self, visit: Visit, event: FlowEvent) -> str:
        """Return what the Result leads to."""
        if event.name == HANGUP:
            return HANGUP
        return OUTCOMES.get(event.parameters.get("Result", ""), PROVIDER_ERROR)


def _hyphened(visit: Visit, name: str, default: str | None = None) -> str | None:
    """Return an enumeration's value as TwiML spells it: `ACH_DEBIT` is `ach-debit`."""
    value = attribute(visit, name, default)
    return value and value.lower().replace("_", "-")


def _card_types(visit: Visit) -> str | None:
    listed = visit.properties.get("valid_card_types") or ()
    return " ".join(CARD_TYPES.get(str(card), str(card)) for card in listed) or None
