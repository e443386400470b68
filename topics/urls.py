"""Reader addresses, grouped by prefix; each stands in docs/design order: home, browse, read, look up."""

from django.urls import path

from topics import views
from topics.portal import embed
from topics.views import about, feedback, glossary, handout, printout, questions, result, search

urlpatterns = [
    path("", views.home, name="home"),
    # /sites/ by organ site
    path("sites/", views.sites, name="sites"),
    path("sites/<slug:slug>/", views.site, name="site"),
    # /sections/ by chapter
    path("sections/", views.sections, name="sections"),
    path("sections/<slug:slug>/", views.section, name="section"),
    # /topics/ a page, /t/ its permanent address
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("topics/<slug:slug>/short/", handout.short, name="short"),
    path("topics/<slug:slug>/handout/", handout.handout, name="handout"),
    path("topics/<slug:slug>/handout.pdf", handout.handout_pdf, name="handout_pdf"),
    path("topics/<slug:slug>/feedback/", feedback.page_feedback, name="feedback"),
    path("t/<int:number>/", views.permanent, name="permanent"),
    path("t/<int:number>/<int:revision>/", printout.printout, name="printout"),
    # /handout/ several pages for paper
    path("handout/", handout.packet, name="packet"),
    # /embed/ a page in a portal's frame
    path("embed/<slug:slug>/", embed.page, name="embed"),
    # looking up
    path("when-to-call/", views.when_to_call, name="when_to_call"),
    path("questions/", questions.questions, name="questions"),
    path("result-day/", result.result_day, name="result_day"),
    path("glossary/", glossary.glossary, name="glossary"),
    path("sources/", views.sources, name="sources"),
    # /about/ who runs this site, and receipts of what it does
    path("about/", about.about, name="about"),
    path("about/privacy/", about.privacy, name="about_privacy"),
    path("about/accessibility/", about.accessibility, name="about_accessibility"),
    path("about/reading/", about.reading, name="about_reading"),
    # /search/
    path("search/", search.find, name="search"),
    path("search/suggest/", search.suggest, name="suggest"),
]
