/* Reading a field of a msgspec Struct from compiled code, at the price that Python's own interpreter pays.
 *
 * mypyc reads an attribute of a class that it has not compiled by PyObject_GetAttr: a look-up in the type's cache, a
 * descriptor, a call. The interpreter does better from the second time on: it remembers at each place in the code
 * the type it met there and the place of the field in the object (LOAD_ATTR_SLOT). This is the same, for the places in
 * compiled code. Like the interpreter it trusts what it remembers only while the type has the same version tag:
 * whatever changes a type, in Python or in C, gives it another one.
 *
 * app/core/build.py puts this in front of what mypyc makes.
 */
#if !defined(KANARYA_ATTRIBUTES_H) && __has_include("CPy.h")
#define KANARYA_ATTRIBUTES_H

#include "CPy.h"
#include <structmember.h>

#ifndef Py_GIL_DISABLED

typedef struct {
    PyTypeObject *type;
    unsigned int version; /* never 0 once filled: that is the tag of a type without one */
    Py_ssize_t offset;
} KanaryaField;

static PyObject *kanarya_read_slowly(PyObject *object, PyObject *name, KanaryaField *field) {
    PyTypeObject *type = Py_TYPE(object);
    if (type->tp_getattro == PyObject_GenericGetAttr) {
        PyObject *found = _PyType_Lookup(type, name); /* borrowed; gives the type its version tag */
        if (found != NULL && Py_IS_TYPE(found, &PyMemberDescr_Type) && type->tp_version_tag != 0) {
            PyMemberDef *member = ((PyMemberDescrObject *)found)->d_member;
            if (member->type == T_OBJECT_EX && (member->flags & ~READONLY) == 0 &&
                ((PyDescrObject *)found)->d_type == type) {
                field->type = type;
                field->version = type->tp_version_tag;
                field->offset = member->offset;
            }
        }
    }
    return PyObject_GetAttr(object, name);
}

static inline PyObject *kanarya_read(PyObject *object, PyObject *name, KanaryaField *field) {
    PyTypeObject *type = Py_TYPE(object);
    if (likely(type == field->type && type->tp_version_tag == field->version)) {
        PyObject *value = *(PyObject **)((char *)object + field->offset);
        if (likely(value != NULL)) {
            Py_INCREF(value);
            return value;
        }
    }
    return kanarya_read_slowly(object, name, field);
}

#undef CPyObject_GetAttr
#define CPyObject_GetAttr(object, name)                  \
    ({                                                   \
        static KanaryaField kanarya_field;               \
        kanarya_read((object), (name), &kanarya_field);  \
    })

#endif
#endif
