"""What comes from outside and goes there: patrons' files, holdings, mails, erasure, the commands."""

from __future__ import annotations

import json
import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from click.testing import CliRunner
from sqlalchemy import select

from base.errors import ExitCode
from circulation.feed import feed, take_items
from circulation.notices import Files, MailFailure, Smtp
from circulation.people import InputFileError, take_patrons
from circulation.privacy import erase_old, erase_patron
from circulation.reminders import send_notices, write_notices
from circulation.store import schema
from circulation.titles import NoSuchTitle, about, records_of
from cli import cli
from records import Copy, Origin, RecordId, StoredRecord, open_store
from records.codec import Codec

COLUMNS = "institution,number,category,name,email,valid_until,julac\n"


@pytest.fixture
def csv(tmp_path):
    """Writes a CSV file."""

    def write(text, name="file.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def take(world, path):
    with world.store.unit() as unit:
        return take_patrons(unit.connection, path)


def test_patrons_are_taken_in_and_changed(both, csv):
    """Known by institution and number: new, the same, changed; leading zeros and cards stay."""
    line = "HKU,00123,teacher,陳大文,chan@example.org,2006-07-31,J-1\n"
    assert take(both, csv(COLUMNS + line)).new == 1
    assert take(both, csv(COLUMNS + line)).same == 1
    assert take(both, csv(COLUMNS + line.replace("J-1", "J-2"))).changed == 1
    patron = both.account("HKU:00123").patron
    assert (patron.number, patron.name, f"{patron.valid_until}") == (
        "00123",
        "陳大文",
        "2006-07-31",
    )
    assert [card.barcode for card in both.cards("J-2")] == ["J-2"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("HKU,1,dean,,,,\n", ":3: Invalid enum value 'dean'"),
        ("HKU,1,teacher,,,31/7/2006,\n", ":3: Invalid RFC3339"),
        (",1,teacher,,,,\n", ":3: Object missing required field `institution`"),
        ("HKU,A123456(7),teacher,,,,\n", "identity card"),
        ("HKU,ab 123456 (a),teacher,,,,\n", "identity card"),
        ("HKU,Ａ１２３４５６７,teacher,,,,\n", "identity card"),
        ("HKU,1,teacher,,,,A1234567\n", "identity card"),
        ("HKU,1,teacher,,,,J-1\nHKU,2,teacher,,,,J-1\n", "the card J-1 of HKU:2 is another"),
        ("HKX,1,teacher,,,,\n", ":3: there is no institution HKX"),
        ("HKU,1,teacher,,,,,more\n", ":3: Object contains unknown field"),
        ("HKU,1,teacher,,,,J-0\n", "the card J-0 of HKU:1 is another patron's"),
    ],
)
def test_a_wrong_line_of_patrons_takes_nothing(world, csv, line, says):
    """File and line are said, and nothing of the file is taken, identity cards' numbers least of all."""
    path = csv(COLUMNS + "HKU,9,teacher,,,,J-0\n" + line)
    with pytest.raises(InputFileError) as caught:
        take(world, path)
    assert says in caught.value.message
    assert ("category is one of teacher, " in caught.value.hint) == ("'dean'" in says)
    with world.store.reading() as connection:
        assert connection.execute(select(schema.patron)).all() == []


def stored(name, *copies, kind="book", title="紅樓夢"):
    return StoredRecord(
        id=RecordId.parse(name), kind="bibliographic", syntax="iso2709", origin=Origin("f", 0, 1),
        data=b"x", document={"format": [kind], "display": {"title": title}}, copies=copies,
    )  # fmt: skip


def put(store, *records):
    """Records of one title."""
    with store.transaction():
        for record in records:
            store.put(Codec().pack(record, str(record).encode()), "2026-01-01", 1)
        store.affected_keys()
        sequences = [store.get(record.id).sequence for record in records]
        store.regroup([(each, min(sequences)) for each in sequences])


@pytest.fixture
def holdings(tmp_path):
    """A record store with one title in two libraries."""
    with open_store(tmp_path / "stores" / "hkall.sqlite") as store:
        put(
            store,
            stored("CUHK:b1", Copy(location="Main", barcode="300", volume="v.1"), Copy(location="Main", copy="2")),
            stored("HKU:b9", Copy(location="Main"), Copy(url="https://example.org")),
        )  # fmt: skip
        yield store


def items(world):
    with world.store.reading() as connection:
        rows = connection.execute(select(schema.item).order_by(schema.item.c.id)).mappings().all()
    return {row["id"]: row for row in rows if not row["withdrawn"]}


def test_items_come_from_the_holdings(world, holdings, csv):
    """Named by barcode, else by record and copy; links are no items; a file's word stays; what is gone is withdrawn."""
    fed = feed(world.service, holdings, world.now)
    assert (fed.read, fed.changed) == (3, 3)
    assert list(items(world)) == ["CUHK:300", "CUHK:b1:2", "HKU:b9:1"]
    assert items(world)["CUHK:300"]["volume"] == "v.1"
    told = csv("item,status,lending,price_cents\nHKU:b9:1,missing,reserve,9900\n")
    assert take_items(world.service, told, world.now).changed == 1
    assert feed(world.service, holdings, world.now).changed == 0
    assert items(world)["HKU:b9:1"]["lending"] == "reserve"
    put(holdings, stored("CUHK:b1", Copy(location="Main", barcode="300")))
    assert feed(world.service, holdings, world.now).withdrawn == 1
    assert list(items(world)) == ["CUHK:300", "HKU:b9:1"]
    assert world.audit().findings == ()


def test_a_title_is_named_by_any_of_its_ids(holdings):
    """By the title's id or any member record's; what nobody has is said."""
    for name in ("CUHK:b1", "HKU:b9"):
        assert records_of(holdings, name) == ("CUHK:b1", "HKU:b9")
    assert about(holdings, ("CUHK:b1",)) == "紅樓夢"
    for name in ("CUHK:none", "nothing"):
        with pytest.raises(NoSuchTitle):
            records_of(holdings, name)


class Mailbox(Message):
    """Keeps what a real SMTP server on loopback takes; refuses after so many."""

    def __init__(self):
        super().__init__()
        self.mails, self.limit = [], None

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.limit is not None and len(self.mails) >= self.limit:
            return "452 mailbox full"
        return await super().handle_DATA(server, session, envelope)

    def handle_message(self, message):
        self.mails.append(message_from_bytes(message.as_bytes(), policy=default))


@pytest.fixture
def smtp():
    """An SMTP server of aiosmtpd on loopback."""
    box = Mailbox()
    with socket.socket() as probe:  # a port that nobody uses
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    yield box
    server.stop()


def with_notices(world, number=3):
    """So many recalled loans, their notices written."""
    world.patron(category="teacher", email="reader@example.org")
    for n in range(number):
        world.item(f"CUHK:{n}", record=f"CUHK:b{n}")
        world.recall(world.lent(records=(f"CUHK:b{n}",)))
    return write_notices(world.service, world.now)


def test_notices_leave_by_smtp_once(world, smtp):
    """A real server gets each notice once, in both languages, with the notice's own Message-ID."""
    written = with_notices(world)
    transport = Smtp("127.0.0.1", smtp.port)
    assert written == 6
    assert send_notices(world.service, transport, "circ@hkall.example", world.now) == 6
    assert send_notices(world.service, transport, "circ@hkall.example", world.now) == 0
    assert len({mail["Message-ID"] for mail in smtp.mails}) == 6
    mail = next(mail for mail in smtp.mails if "Recalled" in mail["Subject"])
    assert (mail["To"], mail["From"]) == ("reader@example.org", "circ@hkall.example")
    assert "催還" in mail.get_content()


def test_what_the_server_refuses_stays_in_the_outbox(world, smtp):
    """After a failure in the middle the rest is sent by the next run, and nothing twice."""
    with_notices(world)
    smtp.limit = 2
    transport = Smtp("127.0.0.1", smtp.port)
    with pytest.raises(MailFailure) as caught:
        send_notices(world.service, transport, "circ@hkall.example", world.now)
    assert caught.value.exit_code == ExitCode.UNREACHABLE
    smtp.limit = None
    assert send_notices(world.service, transport, "circ@hkall.example", world.now) == 4
    assert len({mail["Message-ID"] for mail in smtp.mails}) == len(smtp.mails) == 6


def test_no_mail_server_is_said(world):
    """A server that does not answer is an expected failure."""
    with_notices(world, 1)
    with pytest.raises(MailFailure, match=r"127\.0\.0\.1:1"):
        send_notices(world.service, Smtp("127.0.0.1", 1), "a@b.example", world.now)


def test_notices_as_files(world, tmp_path):
    """One .eml a notice, readable as a mail."""
    with_notices(world, 1)
    assert send_notices(world.service, Files(tmp_path / "outbox"), "a@b.example", world.now) == 2
    found = [message_from_bytes(p.read_bytes(), policy=default) for p in (tmp_path / "outbox").iterdir()]  # fmt: skip
    assert {mail["To"] for mail in found} == {"reader@example.org"}


def test_history_is_erased_and_the_audit_agrees(both):
    """After the period who had a request is forgotten; log, loans and fines stay, and follow from each other."""
    both.patron()
    both.items("CUHK:1", "LU:1")
    kept = both.lent()
    ended = both.move(both.give_back(kept), "check-in")
    both.later(365)
    assert erase_old(both.service, both.now) == 0
    both.later(1)
    assert erase_old(both.service, both.now) == 1
    assert erase_old(both.service, both.now) == 0
    assert both.do(lambda desk: desk.unit.borrower(ended.id)) is None
    assert both.request(ended).state == "checked-in"
    assert both.audit().findings == ()


def test_unpaid_history_is_kept_until_it_is_paid(world):
    """Who owes something is not forgotten."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.later(20)
    world.move(world.give_back(request), "check-in")
    world.later(400)
    assert erase_old(world.service, world.now) == 0
    world.pay(world.fine_list(request)[0])
    assert erase_old(world.service, world.now) == 1


def test_a_patron_can_be_erased(both):
    """Not while anything is open or owed; then account, cards and links go, and the log names nobody."""
    both.patron("HKU:007", email="bond@example.org")
    both.item("CUHK:1")
    request = both.lent("HKU:007")

    def erase():
        with both.store.unit() as unit:
            return erase_patron(both.service.desk(unit, both.now), unit.connection, "HKU:007")

    assert "open" in both.refused(erase)
    both.move(both.give_back(request), "check-in")
    assert erase() == 1
    with both.store.reading() as connection:
        for table in (schema.patron, schema.card, schema.borrower, schema.notice):
            assert connection.execute(select(table)).all() == []
        log = " ".join(connection.execute(select(schema.event.c.data)).scalars())
    assert "007" not in log
    assert "bond" not in log
    assert both.audit().findings == ()


@pytest.fixture
def run(tmp_path, holdings):  # noqa: ARG001 - the record store of this home
    """hkall in a home with a record store, no server."""
    runner = CliRunner(env={"HKALL_HOME": str(tmp_path)})

    def call(*words, code=0):
        done = runner.invoke(cli, ["circ", *map(str, words)], prog_name="hkall")
        assert done.exit_code == code, (words, done.output, done.exception)
        return done.stdout

    return call


def test_a_loan_by_commands(run, csv):
    """From a file of patrons to the audit: every act is a command, and tells what became of it."""
    patrons = COLUMNS + "LU,0001,undergraduate,李,li@example.org,,J-9\n"
    assert json.loads(run("patrons", csv(patrons), "--json"))["new"] == 1
    assert json.loads(run("stock", "--at", "2005-11-01", "--json"))["read"] == 3
    asked = ("request", "--patron", "LU:0001", "--title", "HKU:b9", "--at", "2005-11-01")
    refused = json.loads(run(*asked, "--json", code=5))
    assert [reason["rule"] for reason in refused["reasons"]] == ["volume_needed"]
    request = json.loads(run(*asked, "--volume", "v.1", "--json"))["request"]
    key = request["id"]
    assert (request["lender"], request["citation"]) == ("CUHK", "紅樓夢")
    for step in ("ship", "depart", "receive", "shelve"):
        run(step, key.lower(), "--at", "2005-11-02")
    (reason,) = json.loads(run("cancel", key, "--json", code=5))["reasons"]
    assert (reason["rule"], reason["found"]) == ("state", "on-hold-shelf")
    lent = json.loads(run("check-out", key, "--patron", "J-9", "--at", "2005-11-03", "--json"))
    assert lent["loan"]["due_at"].startswith("2005-11-18T22:00")
    assert "renewed" in run("renew", key, "--at", "2005-11-10")
    assert json.loads(run("run", "--at", "2005-11-26", "--json"))["overdue"] == 1
    assert "紅樓夢; due 2005-11-25 22:00; HK$2.00 if it comes" in run(
        "patron", "J-9", "--at", "2005-11-26"
    )
    assert "HK$2.00 owed" in run("return", key, "--at", "2005-11-26")
    assert run("pay", f"{key}.1").strip() == f"{key}.1: HK$0.00 still owed"
    for step in ("send-back", "check-in"):
        run(step, key, "--at", "2005-11-27", "--by", "CUHK circulation desk")
    assert "checked in 已歸館" in run("list", "--all")
    shown = run("show", key)
    assert "check-in  by CUHK circulation desk" in shown
    assert "nothing more" in shown
    assert json.loads(run("notices", "--at", "2005-11-27", "--json"))["sent"] >= 2
    assert json.loads(run("audit", "--json"))["findings"] == []
    assert "0 of 10 taken" in run("patron", "J-9")


def test_what_is_wrong_is_one_line(run, csv):
    """No request, no patron, no title, no step: a line, a way out, a documented code."""
    run("ship", "NOSUCH", code=2)
    run("patron", "HKU:nobody", code=2)
    run("request", "--patron", "HKU:1", "--title", "HKU:none", code=2)
    run("policy", "Oxford", code=2)
    run("patrons", csv("institution,number,category\nHKU,1,dean\n"), code=2)
    run("list", "--state", "asleep", code=2)
    run("request", "--patron", "HKU:1", "--title", "HKU:b9", "--at", "tomorrow", code=2)
    assert "not known" in run("policy", "HKU", "undergraduate", "--at", "2005-11-01")


def test_a_day_that_was_told_wrongly_is_taken_back(run, csv):
    """A closure is declared once and withdrawn once; the audit agrees after both."""
    days = csv("institution,day,note\nLU,2005-11-18,typhoon\n")
    assert json.loads(run("closures", days, "--json"))["changed"] == 1
    assert json.loads(run("closures", days, "--json"))["changed"] == 0
    assert json.loads(run("closures", days, "--withdraw", "--json"))["changed"] == 1
    assert json.loads(run("closures", days, "--withdraw", "--json"))["changed"] == 0
    assert json.loads(run("audit", "--json"))["findings"] == []


def test_a_simulated_loan_is_the_rules(run):
    """The same loan under two regimes: HKBU's grace of 2017 is not there in 2005."""
    words = ("simulate", "--home", "HKBU", "--category", "teacher", "--at", "2024-01-29", "--do", "33:return", "--json")  # fmt: skip
    last = {
        regime: json.loads(run(*words, "--regime", regime).splitlines()[-1])
        for regime in ("2005", "2017")
    }
    assert {regime: day.get("fine_cents", 0) for regime, day in last.items()} == {
        "2005": 3 * 200,
        "2017": 0,
    }


def test_a_search_for_a_patron_needs_one_who_may_request(run, csv, tmp_path):
    """Who is unknown is said so (exit code 2); who may request nothing is refused with all reasons (5)."""
    run("patrons", csv(COLUMNS + "HKIEd,7,alumnus,,,,\n"))

    def searched(name):
        runner = CliRunner(env={"HKALL_HOME": str(tmp_path)})
        done = runner.invoke(cli, ["search", "x", "--requestable-by", name, "--json"])
        return done.exit_code, str(done.exception) + done.stderr

    code, told = searched("EdUHK:8")
    assert (code, "there is no patron EdUHK:8" in told) == (ExitCode.USAGE, True)
    code, told = searched("hkied:7")
    assert code == ExitCode.REFUSED
    assert "alumnus are not eligible; no JULAC card" in told


def test_an_empty_file_and_a_card_that_stands_twice_are_told(world, csv):
    """An empty file is no file without patrons; one barcode is of one card."""
    with pytest.raises(InputFileError, match="is empty"):
        take(world, csv(""))
    twice = "institution,number,category,card,julac\nHKU,5,teacher,X1,X1\n"
    with pytest.raises(InputFileError, match="the card X1 of HKU:5 stands there twice"):
        take(world, csv(twice))
