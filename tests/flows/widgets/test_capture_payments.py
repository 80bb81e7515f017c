from __future__ import annotations

import pytest

KIND = "capture-payments"
ACTION = 'action="FLOW?FlowEvent=payComplete"'
USUAL = 'currency="usd" timeout="5" maxAttempts="2" securityCode="true" postalCode="true"'


@pytest.mark.parametrize(
    ("properties", "twiml"),
    [
        ({}, f'<Pay {ACTION} paymentMethod="credit-card" {USUAL}/>'),
        (
            {"payment_method": "ACH_DEBIT", "bank_account_type": "COMMERCIAL_SAVINGS"},
            f'<Pay {ACTION} paymentMethod="ach-debit" bankAccountType="commercial-savings" '
            f"{USUAL}/>",
        ),
        (
            {"valid_card_types": ["visa", "master-card", "diners-club"]},
            f'<Pay {ACTION} paymentMethod="credit-card" '
            f'validCardTypes="visa mastercard diners-club" {USUAL}/>',
        ),
        (
            {
                "payment_connector": "Stripe",
                "payment_token_type": "one-time",
                "payment_amount": "{{flow.data.none}}9.99",
                "currency": "eur",
                "description": "A & B",
                "language": "de-DE",
                "timeout": 9,
                "max_attempts": 3,
                "security_code": False,
                "postal_code": "94105",
                "min_postal_code_length": 5,
                "parameters": [{"key": "id", "value": "{{trigger.call.To}}"}],
            },
            f'<Pay {ACTION} paymentMethod="credit-card" paymentConnector="Stripe" '
            'tokenType="one-time" chargeAmount="9.99" currency="eur" description="A &amp; B" '
            'language="de-DE" timeout="9" maxAttempts="3" securityCode="false" '
            'postalCode="94105" minPostalCodeLength="5">'
            '<Parameter name="id" value="+15550199"/></Pay>',
        ),
    ],
)
def test_the_printed_twiml(live_call, properties, twiml):
    assert live_call(KIND, properties).twiml == twiml


@pytest.mark.parametrize(
    ("event", "parameters", "took"),
    [
        ("payComplete", {"Result": "success", "PaymentToken": "tok_1"}, "success"),
        ("payComplete", {"Result": "too-many-failed-attempts"}, "maxFailedAttempts"),
        ("payComplete", {"Result": "payment-connector-error"}, "providerError"),
        ("payComplete", {"Result": "internal-error"}, "providerError"),
        ("payComplete", {"Result": "something-new"}, "providerError"),
        ("payComplete", {}, "providerError"),
        ("payComplete", {"Result": "caller-interrupted-with-star"}, "payInterrupted"),
        ("payComplete", {"Result": "validation-error"}, "validationError"),
        ("payComplete", {"Result": "caller-hung-up", "CallStatus": "completed"}, "hangup"),
        ("hangup", {"CallStatus": "completed"}, "hangup"),
    ],
)
def test_the_result_decides(live_call, own_outputs, event, parameters, took):
    step = live_call(KIND).back(event, **parameters)
    assert (step.name, own_outputs(step)) == (took, parameters)
