//! Accounts, sessions, and which cases an account may see.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use archive::people::{
    Account, AccountChange, LinkRefusal, NewAccount, PasswordRefusal, Role, SESSION_IDLE, SignInRefusal, Subject,
};
use archive::{Archive, ArchiveError};
use chrono::TimeDelta;
use support::{imported, now, object, place};

const PASSWORD: &str = "correct horse battery";

async fn account(archive: &Archive, name: &str, role: Role) -> Account {
    let new = NewAccount { name: name.to_owned(), printed_name: "Dr. Doe".to_owned(), role, sees_all: false };
    let account = archive.add_account(&new, now()).await.unwrap();
    archive.set_password(name, PASSWORD).await.unwrap().unwrap();
    account
}

#[tokio::test]
async fn only_the_right_password_opens_an_account_and_wrong_ones_make_it_wait() {
    let place = place().await;
    let archive = place.open().await;
    let made = account(&archive, "Doe", Role::Physicist).await;
    assert_eq!(archive.check_password("DOE ", PASSWORD, now()).await.unwrap(), Ok(made.clone()));
    assert_eq!(archive.check_password("roe", PASSWORD, now()).await.unwrap(), Err(SignInRefusal::Wrong));
    for _ in 0..5 {
        assert_eq!(
            archive.check_password("doe", "something else", now()).await.unwrap(),
            Err(SignInRefusal::Wrong)
        );
    }
    // Now the right one is not even compared, for a while.
    let until = now() + TimeDelta::seconds(15);
    assert_eq!(
        archive.check_password("doe", PASSWORD, now()).await.unwrap(),
        Err(SignInRefusal::Locked { until })
    );
    assert_eq!(archive.check_password("doe", PASSWORD, until).await.unwrap(), Ok(made));
    assert!(archive.check_password("doe", "something else", until).await.unwrap().is_err());
    assert!(archive.check_password("doe", PASSWORD, until).await.unwrap().is_ok());
}

#[tokio::test]
async fn names_are_kept_apart_and_passwords_must_be_hard_to_guess() {
    let place = place().await;
    let archive = place.open().await;
    account(&archive, "doe", Role::Viewer).await;
    for name in ["DOE", "", "a b", "doe'; --", &"x".repeat(65)] {
        let new =
            NewAccount { name: name.to_owned(), printed_name: String::new(), role: Role::Viewer, sees_all: false };
        assert!(matches!(archive.add_account(&new, now()).await, Err(ArchiveError::AccountName(_))), "{name}");
    }
    assert_eq!(archive.set_password("doe", "short").await.unwrap(), Err(PasswordRefusal::Short));
    assert!(matches!(archive.set_password("roe", PASSWORD).await, Err(ArchiveError::NotFound { .. })));
}

#[tokio::test]
async fn a_session_ends_by_itself_by_word_and_with_the_right_it_was_begun_with() {
    let place = place().await;
    let archive = place.open().await;
    let doe = account(&archive, "doe", Role::Viewer).await;
    let token = archive.begin_session(&doe, now()).await.unwrap();
    let at = |minutes| now() + TimeDelta::minutes(minutes);
    assert_eq!(archive.session(&token, at(29)).await.unwrap().unwrap().account, doe);
    // It was used, so it holds on.
    assert!(archive.session(&token, at(58)).await.unwrap().is_some());
    assert!(archive.session(&token, at(58) + SESSION_IDLE).await.unwrap().is_none());
    assert!(archive.session("0", at(0)).await.unwrap().is_none());
    let long = archive.begin_session(&doe, now()).await.unwrap();
    for minutes in (0..720).step_by(20) {
        assert!(archive.session(&long, at(minutes)).await.unwrap().is_some(), "{minutes}");
    }
    assert!(archive.session(&long, at(720)).await.unwrap().is_none());
    let ended = archive.begin_session(&doe, now()).await.unwrap();
    archive.end_session(&ended).await.unwrap();
    assert!(archive.session(&ended, now()).await.unwrap().is_none());
    for change in [
        AccountChange { role: Some(Role::Admin), ..AccountChange::default() },
        AccountChange { is_disabled: Some(true), ..AccountChange::default() },
    ] {
        let token = archive.begin_session(&doe, now()).await.unwrap();
        archive.change_account("doe", &change).await.unwrap();
        assert!(archive.session(&token, now()).await.unwrap().is_none());
    }
    assert_eq!(archive.check_password("doe", PASSWORD, now()).await.unwrap(), Err(SignInRefusal::Disabled));
}

#[tokio::test]
async fn another_program_has_a_token_that_is_no_password() {
    let place = place().await;
    let archive = place.open().await;
    let new =
        NewAccount { name: "pacs".to_owned(), printed_name: String::new(), role: Role::Service, sees_all: true };
    let pacs = archive.add_account(&new, now()).await.unwrap();
    let token = archive.set_token("pacs").await.unwrap();
    assert_eq!(archive.account_of_token(&token).await.unwrap(), Some(pacs));
    assert_eq!(archive.account_of_token("").await.unwrap(), None);
    assert!(archive.check_password("pacs", &token, now()).await.unwrap().is_err());
    let newer = archive.set_token("pacs").await.unwrap();
    assert_eq!(archive.account_of_token(&token).await.unwrap(), None);
    let off = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    archive.change_account("pacs", &off).await.unwrap();
    assert_eq!(archive.account_of_token(&newer).await.unwrap(), None);
}

#[tokio::test]
async fn a_case_is_seen_by_those_it_was_given_to() {
    let place = place().await;
    let archive = place.open().await;
    let (doe, roe) =
        (account(&archive, "doe", Role::Viewer).await, account(&archive, "roe", Role::Physicist).await);
    let case = imported(&archive, &[("a", &object("1.1"))]).await;
    let sees = async |account: &Account| archive.may_see(account, case.id()).await.unwrap();
    assert!(!sees(&doe).await && !sees(&roe).await);
    archive.grant("doe", case.id(), true).await.unwrap();
    assert!(sees(&doe).await && !sees(&roe).await);
    assert_eq!(archive.granted_to(case.id()).await.unwrap(), ["doe"]);
    archive.grant("doe", case.id(), false).await.unwrap();
    assert!(!sees(&doe).await);
    let all = AccountChange { sees_all: Some(true), ..AccountChange::default() };
    assert!(sees(&archive.change_account("roe", &all).await.unwrap()).await);
    // A case that is gone is given to nobody, and goes with its grants.
    archive.grant("doe", case.id(), true).await.unwrap();
    archive.delete(case.id()).await.unwrap();
    assert!(archive.granted(&doe).await.unwrap().is_empty());
    assert!(matches!(archive.grant("doe", case.id(), true).await, Err(ArchiveError::NotFound { .. })));
}

fn somebody(subject: &str) -> Subject {
    Subject { issuer: "https://login.example.org".to_owned(), subject: subject.to_owned() }
}

#[tokio::test]
async fn an_account_that_is_left_to_the_provider_is_linked_to_one_person_and_to_nobody_else() {
    let place = place().await;
    let archive = place.open().await;
    let new =
        NewAccount { name: "roe".to_owned(), printed_name: String::new(), role: Role::Viewer, sees_all: false };
    archive.add_account(&new, now()).await.unwrap();
    let (roe, other) = (somebody("17"), somebody("18"));
    assert_eq!(archive.account_of_subject(&roe).await.unwrap(), None);
    let linked = archive.link_account("ROE", &roe).await.unwrap().unwrap();
    assert!(linked.is_linked);
    assert_eq!(archive.account_of_subject(&roe).await.unwrap(), Some(linked.clone()));
    assert_eq!(archive.link_account("roe", &other).await.unwrap(), Err(LinkRefusal::OtherPerson));
    // The same word of another provider is another person.
    let elsewhere = Subject { issuer: "https://other.example.org".to_owned(), ..roe.clone() };
    assert_eq!(archive.account_of_subject(&elsewhere).await.unwrap(), None);
    assert_eq!(archive.link_account("nobody", &other).await.unwrap(), Err(LinkRefusal::NoAccount));
    // It has no password to be guessed.
    assert_eq!(archive.check_password("roe", "", now()).await.unwrap(), Err(SignInRefusal::Wrong));
    // Who gets a password signs in by that alone, and who is left to the provider again has none.
    archive.set_password("roe", PASSWORD).await.unwrap().unwrap();
    assert_eq!(archive.account_of_subject(&roe).await.unwrap(), None);
    assert_eq!(archive.link_account("roe", &roe).await.unwrap(), Err(LinkRefusal::NotLeft));
    let session = archive.begin_session(&linked, now()).await.unwrap();
    archive.leave_to_provider("roe").await.unwrap();
    assert!(archive.session(&session, now()).await.unwrap().is_none());
    assert!(archive.check_password("roe", PASSWORD, now()).await.unwrap().is_err());
    assert!(archive.link_account("roe", &other).await.unwrap().is_ok());
}

#[tokio::test]
async fn neither_another_program_nor_an_account_that_is_off_is_linked() {
    let place = place().await;
    let archive = place.open().await;
    for (name, role) in [("pacs", Role::Service), ("off", Role::Viewer)] {
        let new = NewAccount { name: name.to_owned(), printed_name: String::new(), role, sees_all: false };
        archive.add_account(&new, now()).await.unwrap();
    }
    let off = AccountChange { is_disabled: Some(true), ..AccountChange::default() };
    archive.change_account("off", &off).await.unwrap();
    assert_eq!(archive.link_account("pacs", &somebody("1")).await.unwrap(), Err(LinkRefusal::NotLeft));
    assert_eq!(archive.link_account("off", &somebody("1")).await.unwrap(), Err(LinkRefusal::Disabled));
}
