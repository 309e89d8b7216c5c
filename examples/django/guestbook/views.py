"""The guest book's page."""

from django.shortcuts import redirect, render

from .models import Entry


def index(request):
    """Show what guests have written; take what one writes."""
    if request.method == "POST":
        Entry.objects.create(text=request.POST["text"][:200])
        return redirect("/")
    return render(request, "guestbook/index.html", {"entries": Entry.objects.order_by("-id")[:50]})
