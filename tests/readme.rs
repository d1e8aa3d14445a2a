//! Every session that the README and the pages for people show is run.

#[test]
fn the_sessions_that_people_read_are_real() {
    trycmd::TestCases::new()
        .register_bin(
            "deskql",
            assert_cmd::cargo::cargo_bin!("deskql").to_path_buf(),
        )
        .case("README.md")
        .case("docs/tutorial.md")
        .case("docs/queries.md")
        .case("docs/reports.md")
        .case("docs/cookbook/*.md");
}
