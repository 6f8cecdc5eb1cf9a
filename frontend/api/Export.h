// Visibility of public names.
#ifndef TGC_FRONTEND_API_EXPORT_H
#define TGC_FRONTEND_API_EXPORT_H

/// Public: leaves the shared library, whose default is hidden.
#define TGC_API __attribute__((visibility("default")))

#endif // TGC_FRONTEND_API_EXPORT_H
