"""What the desk answers: assessments, holds, queues and what waits; read only."""
