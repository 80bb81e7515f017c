"""`<Pay>`: takes a payment; a scripted result decides how it goes (rest-api.md 8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from mockstudio.sids import new_sid
from mockstudio.store.results import Result
from mockstudio.twiml.model import Element
from mockstudio.twiml.voice import lasting
from mockstudio.twiml.voice.attributes import action_if_any, number, truth
from mockstudio.twiml.voice.base import (
    HungUp,
    Session,
    Steps,
    Verb,
    hears_everything,
    hears_nothing,
)
from mockstudio.twiml.voice.leaving import hang_up
from mockstudio.twiml.voice.listening import hear
from mockstudio.twiml.voice.prompts import present

SUCCESS: Final = "success"
TOO_MANY: Final = "too-many-failed-attempts"
HUNG_UP: Final = "caller-hung-up"
_CARD: Final[Mapping[str, str]] = MappingProxyType(
    {
        "payment-card-number": "Please enter your credit card number.",
        "expiration-date": "Please enter your card's expiration date.",
        "security-code": "Please enter your card's security code.",
        "postal-code": "Please enter your postal code.",
    }
)
_BANK: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bank-routing-number": "Please enter your bank's routing number.",
        "bank-account-number": "Please enter your bank account number.",
    }
)
_ERRORS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        TOO_MANY: {"PaymentError": "The caller failed to enter valid payment information."},
        "payment-connector-error": {
            "PaymentError": "The payment connector refused the payment.",
            "ConnectorError": "The card was declined.",
        },
        "validation-error": {"PaymentError": "The attributes of Pay are not valid together."},
        "internal-error": {"PaymentError": "Twilio failed to take the payment."},
    }
)


class Pay(Verb):
    """Asks for a card or a bank account, in brief: all prompts, then one turn of the person."""

    name = "Pay"

    def play(self, session: Session, verb: Element) -> Steps:
        """Ask, and request the action with the result; without one go on."""
        result = session.results.next("Pay")
        try:
            yield from _ask(session, verb, result)
        except HungUp:
            if "action" not in verb.attributes:
                raise
            result = Result(HUNG_UP)
        else:
            if result.name == HUNG_UP:
                hang_up(session, verb)
        session.heard(self.name, result.name, verb)
        parameters = {"Result": result.name, **_entered(verb, result), **result.parameters}
        return action_if_any(verb, parameters)


def _ask(session: Session, verb: Element, result: Result) -> Steps:
    attempts = number(verb, "maxAttempts", 1) if result.name == TOO_MANY else 1
    for attempt in range(1, attempts + 1):
        session.asks()
        for step, words in _steps(verb).items():
            yield from _prompt(session, verb, step, words, attempt)
        session.awaits()
        seconds = lasting.PAYMENT if result.after is None else result.after
        # Whatever is entered, the scripted result decides.
        yield from hear(session, seconds, hears_nothing, hears_everything)
    return None


def _is_bank(verb: Element) -> bool:
    return verb.get("paymentMethod") == "ach-debit"


def _steps(verb: Element) -> dict[str, str]:
    """Return what is asked for, with Twilio's words where the document has no Prompt."""
    steps = dict(_BANK if _is_bank(verb) else _CARD)
    if not truth(verb, "securityCode", default=True):
        steps.pop("security-code", None)
    if verb.get("postalCode", "true") != "true":
        steps.pop("postal-code", None)
    return steps


def _prompt(session: Session, verb: Element, step: str, words: str, attempt: int) -> Steps:
    prompts = [p for p in verb.inside("Prompt") if _is_meant(p, step, attempt)]
    for prompt in prompts:
        yield from present(session, prompt.children)
    if not prompts:
        session.heard("Pay", words, verb)
        yield from hear(session, lasting.speech(words))
    return None


def _is_meant(prompt: Element, step: str, attempt: int) -> bool:
    attempts = prompt.get("attempt").split()
    is_first = step in prompt.get("for").split() and not prompt.get("errorType")
    return is_first and (not attempts or str(attempt) in attempts)


def _entered(verb: Element, result: Result) -> dict[str, str]:
    """Return what the action learns besides the result: masked numbers, or what went wrong."""
    if result.name != SUCCESS:
        return dict(_ERRORS.get(result.name, {}))
    is_charged = verb.get("chargeAmount", "0").strip("0.") != ""
    receipt = "PaymentConfirmationCode" if is_charged else "PaymentToken"
    return {
        receipt: new_sid("PK"),
        "ProfileId": "",
        "PaymentMethod": verb.get("paymentMethod", "credit-card"),
        **(_bank(verb) if _is_bank(verb) else _card(verb)),
    }


def _bank(verb: Element) -> dict[str, str]:
    return {
        "BankAccountNumber": "xxxxxx6789",
        "BankRoutingNumber": "110000000",
        "BankAccountType": verb.get("bankAccountType", "consumer-checking"),
    }


def _card(verb: Element) -> dict[str, str]:
    asked = _steps(verb)
    postal_code = verb.get("postalCode", "true")
    card = {
        "PaymentCardNumber": "xxxxxxxxxxxx1111",
        "PaymentCardType": "visa",
        "ExpirationDate": "1230",
        "SecurityCode": "xxx" if "security-code" in asked else "",
        "PaymentCardPostalCode": "94105" if "postal-code" in asked else postal_code,
    }
    return {name: value for name, value in card.items() if value not in ("", "false")}
