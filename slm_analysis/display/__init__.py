"""What people see: tables, figures and findings, in two languages."""
