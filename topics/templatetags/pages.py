"""What templates say with a word: phone links and marks."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from topics.cards import tel

register = template.Library()


@register.filter
def rendered(html: str) -> SafeString:
    """HTML that `topics.rendering` made: the one place where a template trusts a string."""
    return mark_safe(html)


@register.filter
def phone(number: str) -> SafeString:
    return format_html('<a class="tel" href="{}">{}</a>', tel(number), number)
