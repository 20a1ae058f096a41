"""The watch's pages, in the namespace ``monitoring``; each module of addresses says its own."""

from monitoring import warning_urls

app_name = "monitoring"

urlpatterns = [*warning_urls.urlpatterns]
