"""The ground on which journeys stand: a server that answers, a browser that sees it, and checks that can fail."""

import pytest
import sqlalchemy as sa

from consult.record.database import unit_of_work


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["server", "postgres_server"])
def test_a_browser_sees_the_running_sample(request, kind, open_page, axe):
    server = request.getfixturevalue(kind)
    for language, title in (("fr", "Réseau de santé du Grand Héron"), ("en", "Great Heron Health Network")):
        page = open_page(language, 320)
        page.goto(f"{server.address}/{language}/")
        assert title in page.inner_text("main")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        axe(page)
    with unit_of_work(server.engine, read_only=True) as session:
        assert session.execute(sa.text("SELECT count(*) FROM responses")).scalar_one() == 240
        assert session.execute(sa.text("SELECT count(*) FROM accounts")).scalar_one() == 1


def test_axe_finds_what_is_wrong(open_page, axe):
    page = open_page()
    page.set_content("<html lang='fr'><title>x</title><main><img src='data:,'><input></main></html>")
    with pytest.raises(AssertionError, match="alternative text"):
        axe(page)


def test_without_javascript_a_page_runs_none(open_page):
    content = "<html lang='fr'><title>x</title><p id='p'>no</p><script>p.textContent = 'yes'</script></html>"
    pages = [open_page(javascript=with_it) for with_it in (True, False)]
    for page in pages:
        page.goto(f"data:text/html,{content}")
    assert [page.inner_text("#p") for page in pages] == ["yes", "no"]
