//! The value of a customer from margin, retention and discount.

/// The argument of [`lifetime_value`] that is off its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidLifetimeInput {
    /// Not finite.
    Margin,
    /// Not from 0 to 100.
    Retention,
    /// Not from 0 to 100.
    Discount,
}

/// Value of a customer who brings `margin` a period, where `retention` percent stay from one period to the
/// next and money is worth `discount` percent less: m r / (1 + d − r). `None` if nobody leaves and nothing is
/// discounted: the sum has no end.
///
/// Source: S. Gupta and D. R. Lehmann, "Customers as assets", 2003; the first margin comes one period from
/// now.
///
/// # Errors
/// When an argument is off its range.
pub(crate) fn lifetime_value(
    margin: f64,
    retention: f64,
    discount: f64,
) -> Result<Option<f64>, InvalidLifetimeInput> {
    let percent = 0.0..=100.0;
    if !margin.is_finite() {
        return Err(InvalidLifetimeInput::Margin);
    }
    if !percent.contains(&retention) {
        return Err(InvalidLifetimeInput::Retention);
    }
    if !percent.contains(&discount) {
        return Err(InvalidLifetimeInput::Discount);
    }
    // In percent, so that 90 and 10 are what they say.
    let lost = 100.0 - retention + discount;
    Ok((lost > 0.0).then(|| margin * (retention / lost)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of margin multiples: 4.5 at 90 % and 10 %, 1.2 at 60 % and 10 %.
    #[test]
    fn published_multiples() {
        assert_eq!(lifetime_value(100.0, 90.0, 10.0), Ok(Some(450.0)));
        assert_eq!(lifetime_value(100.0, 60.0, 10.0), Ok(Some(120.0)));
        assert_eq!(lifetime_value(100.0, 0.0, 10.0), Ok(Some(0.0)));
        assert_eq!(lifetime_value(100.0, 100.0, 0.0), Ok(None));
        assert_eq!(lifetime_value(-3.0, 50.0, 0.0), Ok(Some(-3.0)));
    }

    #[test]
    fn arguments_off_their_range_are_invalid() {
        let found = [
            lifetime_value(f64::INFINITY, 90.0, 10.0),
            lifetime_value(100.0, 100.1, 10.0),
            lifetime_value(100.0, f64::NAN, 10.0),
            lifetime_value(100.0, 90.0, -0.1),
        ];
        let wanted = [
            Err(InvalidLifetimeInput::Margin),
            Err(InvalidLifetimeInput::Retention),
            Err(InvalidLifetimeInput::Retention),
            Err(InvalidLifetimeInput::Discount),
        ];
        assert_eq!(found, wanted);
    }
}
