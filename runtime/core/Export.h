// Visibility of public names. Public: includes nothing.
#ifndef TGC_RUNTIME_CORE_EXPORT_H
#define TGC_RUNTIME_CORE_EXPORT_H

/// Public: leaves the shared library, whose default is hidden.
#define TGC_API __attribute__((visibility("default")))

#endif // TGC_RUNTIME_CORE_EXPORT_H
