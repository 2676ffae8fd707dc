from django.urls import path

from kheo.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("models/", views.models, name="models"),
    path("models/<int:pk>/", views.model, name="model"),
    path("places/<str:uid>/", views.place, name="place"),
    path("map/", views.map, name="map"),
    path("news.atom", views.feed, name="feed"),
    path("news/field/<str:field>.atom", views.feed, name="feed_field"),
    path("news/place/<str:uid>.atom", views.feed, name="feed_place"),
]

# What machines read of the whole site: these addresses have no language.
rootpatterns = [
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("sitemap/<str:lang>/<int:part>.xml", views.sitemap_part, name="sitemap_part"),
    path("pictures/model-<int:pk>.png", views.picture, name="picture"),
]
