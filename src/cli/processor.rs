//! Checks that the processor has the instructions that the program was compiled for.

/// Error text in one line; `None` if all instructions are available.
///
/// Without this check a signal would end the program at some point without a message.
#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
pub(super) fn missing_instructions() -> Option<&'static str> {
    use std::arch::x86_64::{__cpuid, __cpuid_count};

    /// CPUID leaf of AVX2 and BMI2; older processors have none.
    const EXTENDED: u32 = 7;
    let has_leaf = __cpuid(0).eax >= EXTENDED;
    let is_new = has_leaf && has_avx2_and_bmi2(__cpuid_count(EXTENDED, 0).ebx);
    (!is_new).then_some(
        "this deskql was compiled for processors with AVX2 and BMI2 (x86-64-v3), and this one has not both: \
         build it anew with RUSTFLAGS=\"\" cargo build --release",
    )
}

/// Other builds use only instructions that all of their processors have.
#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2")))]
pub(super) fn missing_instructions() -> Option<&'static str> {
    None
}

#[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
fn has_avx2_and_bmi2(features: u32) -> bool {
    const AVX2: u32 = 1 << 5;
    const BMI2: u32 = 1 << 8;
    features & (AVX2 | BMI2) == AVX2 | BMI2
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_processor_that_runs_the_tests_is_not_refused() {
        assert_eq!(super::missing_instructions(), None);
    }

    #[cfg(all(target_arch = "x86_64", target_feature = "avx2"))]
    #[test]
    fn both_are_needed() {
        assert!(super::has_avx2_and_bmi2(1 << 5 | 1 << 8));
        for missing in [0, 1 << 5, 1 << 8, !(1 << 5), !(1 << 8)] {
            assert!(!super::has_avx2_and_bmi2(missing));
        }
    }
}
