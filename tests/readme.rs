//! Every session that the README shows is run.

#[test]
fn the_sessions_of_the_readme_are_real() {
    trycmd::TestCases::new()
        .register_bin(
            "deskql",
            assert_cmd::cargo::cargo_bin!("deskql").to_path_buf(),
        )
        .case("README.md");
}
