"""What a page's head tells other systems."""

from django import template

from topics.models import Topic
from topics.portal import oembed

register = template.Library()


@register.inclusion_tag("portal/discovery.html")
def oembed_links(topic: Topic) -> dict[str, object]:
    return {"topic": topic, **{form: oembed.request_address(topic, form) for form in oembed.FORMATS}}
