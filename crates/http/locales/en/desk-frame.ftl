## Desk: frame
desk-more = More
desk-crumbs = Where you are
role-viewer = Viewer
role-support = Support
role-merchandiser = Merchandiser
role-owner = Owner
