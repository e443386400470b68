"""What a page's head tells other systems."""

from django import template
from django.utils.safestring import SafeString

from topics.models import Topic
from topics.pages import Article
from topics.portal import jsonld, oembed

register = template.Library()


@register.inclusion_tag("portal/discovery.html")
def oembed_links(topic: Topic) -> dict[str, object]:
    return {"topic": topic, **{form: oembed.request_address(topic, form) for form in oembed.FORMATS}}


@register.simple_tag(name="jsonld")
def facts(article: Article) -> SafeString:
    return jsonld.block(article)
